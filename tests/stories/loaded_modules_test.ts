import { assert, assertEquals } from "@std/assert";
import { Home } from "../support/devices/home.ts";

const MAIN = `${import.meta.dirname}/../../main.ts`;
/** Says on stderr which modules of Node's it loads. */
const TELLING = [Deno.execPath(), "run", "-A", "--log-level=debug", MAIN];
/** SQLite needs three others; the least of what else could be loaded brings fifty. */
const FEW = 10;

Deno.test("a command that only reads loads no modules of Node's but what SQLite needs", async () => {
  const folder = await Deno.makeTempDir({ prefix: "codemem-loaded-" });
  await using home = new Home(folder, { program: TELLING });
  // A device with a key in a file: its status checks it.
  await home.text("sync", "enable");
  for (const command of [["recent"], ["search", "a"], ["sync", "status"]]) {
    const { code, stderr } = await home.run([...command, "--json"]);
    assertEquals(code, 0, stderr);
    const loaded = nodeModules(stderr);
    assert(loaded.includes("sqlite.ts"), "The log no longer tells what is loaded");
    assert(loaded.length <= FEW, `${command[0]} loads ${loaded.join(", ")}`);
  }
});

function nodeModules(log: string): string[] {
  return [...new Set(Array.from(log.matchAll(/ext:deno_node\/([\w./-]+)/g), ([, name]) => name!))];
}
