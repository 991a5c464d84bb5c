import { assertEquals } from "@std/assert";
import type { CommandContext, CommandEntry } from "../command.ts";
import type { Need } from "./drop_permissions.ts";
import { processHost } from "../process_host.ts";
import { run } from "../run.ts";

const NAMES = ["read", "write", "net", "env", "sys", "run", "ffi", "import"];

/** What a process may still do after it has dropped what it does not need, and whether SQLite works. */
async function left(needs: readonly Need[]): Promise<{ granted: string[]; vacuum: boolean }> {
  const script = `
    import { DatabaseSync } from "node:sqlite";
    import { dropPermissions } from "${import.meta.resolve("./drop_permissions.ts")}";
    const database = new DatabaseSync(":memory:");
    dropPermissions(${JSON.stringify(needs)});
    database.exec("VACUUM");
    const states = ${
    JSON.stringify(NAMES)
  }.map((name) => Deno.permissions.querySync({ name }).state);
    console.log(JSON.stringify(states));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-prompt",
      "--no-check",
      `data:text/typescript,${encodeURIComponent(script)}`,
    ],
  }).output();
  const states: string[] = JSON.parse(new TextDecoder().decode(stdout) || "[]");
  const granted = NAMES.filter((_, index) => states[index] === "granted");
  return { granted, vacuum: new TextDecoder().decode(stderr) === "" };
}

Deno.test("what a command does not need is given up, and an open database stays whole", async () => {
  const always = ["read", "write", "env", "sys"];
  const expected = (...granted: string[]) => ({
    granted: NAMES.filter((name) => [...always, ...granted].includes(name)),
    vacuum: true,
  });
  assertEquals(await left([]), expected());
  assertEquals(await left(["network"]), expected("net"));
  assertEquals(await left(["network", "programs"]), expected("net", "run"));
});

Deno.test("permissions are given up when the store is open, and after the import of one for it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "codemem-permissions-" });
  const happened: string[] = [];
  const command = (work: (context: CommandContext) => Promise<unknown>, needs?: Need[]) =>
    entry(async (context) => {
      await work(context);
      happened.push("done");
    }, needs);
  const entries = [
    command(({ openStore }) => openStore(), ["network"]),
    command(async (context) => {
      await context.openStore({ keepsPermissions: true });
      happened.push("imported");
      context.dropPermissions();
    }),
  ];
  const host = {
    ...processHost({ commit: undefined, browserScript: () => Promise.resolve("") }),
    env: { CODEMEM_HOME: folder },
    dropPermissions: (needs: readonly Need[]) => void happened.push(`dropped but ${needs}`),
  };
  for (const each of entries) assertEquals(await run([each.name], host, [each]), 0);
  assertEquals(happened, ["dropped but network", "done", "imported", "dropped but ", "done"]);
  await Deno.remove(folder, { recursive: true });
});

function entry(
  work: (context: CommandContext) => Promise<void>,
  needs: readonly Need[] = [],
): CommandEntry {
  const command = { run: (_: unknown, context: CommandContext) => work(context) };
  return { name: "probe", summary: "probes", needs, load: () => Promise.resolve({ command }) };
}
