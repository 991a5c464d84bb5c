/** That a file's name is on the disk as well as the file: seen in what the program asks the system for. */
import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { Home } from "../support/devices/home.ts";
import { hasProgram } from "../support/system/has_program.ts";
import { skipUnless } from "../support/skip.ts";

const CALLS = "trace=rename,renameat,renameat2,link,linkat,fsync";
/** `rename("…/.x", "…/x") = 0`, and `fsync(7</folder>) = 0`. */
const NAMED = /(?:rename|link)\w*\(.*"([^"]+)"[^"]*\) = 0$/;
const SYNCED = /fsync\(\d+<([^>]+)>\) += 0$/;

Deno.test(
  skipUnless(
    await hasProgram("strace"),
    "needs strace",
    "keys, settings and databases have their names after a power cut, too",
    { os: "linux" },
  ),
  async () => {
    await using home = await Home.make();
    const named = async (...words: string[]) => {
      const trace = home.path("trace");
      const through = ["strace", "-f", "-y", "-s", "4096", "-o", trace, "-e", CALLS];
      const { code, stderr } = await home.run(words, { through });
      assertEquals(code, 0, stderr);
      return requireDurable((await Deno.readTextFile(trace)).split("\n"), home.folder);
    };
    await home.text("remember", "zebra");
    assertEquals(await named("sync", "enable"), [
      "/config.json",
      "/keys/device.key",
      "/keys/device.key.pub",
    ]);
    assertEquals(await named("config", "set", "device_name", "desk"), ["/config.json"]);
    assertEquals(await named("backup", "backup.db"), ["/backup.db"]);
    for (const suffix of ["", "-wal", "-shm"]) {
      await Deno.remove(home.path(`codemem.db${suffix}`)).catch(() => {});
    }
    assertEquals(await named("restore", "backup.db"), ["/codemem.db"]);
    assertEquals(await named("sync", "doctor", "--bundle", "bundle"), ["/bundle"]);
  },
);

/** Requires a sync of the folder after each new name. @returns the names, from `root` on */
function requireDurable(lines: readonly string[], root: string): string[] {
  const names = new Set<string>();
  const calls = joined(lines);
  for (const [index, line] of calls.entries()) {
    const path = NAMED.exec(line)?.[1];
    if (path === undefined || !path.startsWith(root)) continue;
    names.add(path.slice(root.length));
    const isSynced = calls.slice(index).some((later) => SYNCED.exec(later)?.[1] === dirname(path));
    assert(isSynced, `no sync of its folder after: ${line}`);
  }
  return [...names].sort();
}

/** A call of one thread that another one's interrupts is told in two lines. */
function joined(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [thread = ""] = line.split(/\s/, 1);
    const [start, isUnfinished] = line.split(" <unfinished ...>");
    if (isUnfinished !== undefined) {
      begun.set(thread, start!);
      return [];
    }
    const rest = /<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    return rest === undefined ? [line] : [`${begun.get(thread) ?? ""}${rest}`];
  });
}
