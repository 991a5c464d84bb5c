import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hash } from "node:crypto";
import { basename } from "node:path";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { checkedOutCommit } from "../../scripts/compile/commit.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { Home } from "../support/devices/home.ts";

const ROOT = `${import.meta.dirname}/../..`;
const program = await compiledProgram();
const makeHome = () => Home.make({ program: [program] });

Deno.test("the compiled file names its version, its commit and its runtime", async () => {
  await using home = await makeHome();
  const commit = await checkedOutCommit(ROOT);
  const { deno, ...facts } = await home.json<Record<string, string>>("--version");
  const expected = { version: VERSION, target: Deno.build.target };
  assertEquals(facts, commit === undefined ? expected : { ...expected, commit });
  assertMatch(deno!, /^\d+\.\d+\.\d+$/);
  const build = commit === undefined ? "" : ` (${commit})`;
  const line = `codemem ${VERSION}${build}, Deno ${deno}, ${Deno.build.target}\n`;
  assertEquals(await home.text("--version"), line);
  assertEquals(await home.snapshot(), {});
});

Deno.test("the compiled file has the help of every command in it", async () => {
  await using home = await makeHome();
  const whole = await home.text("--help");
  for (const { name } of COMMANDS) assertStringIncludes(whole, `\n  ${name} `);
  const helps = COMMANDS.map(({ name }) => home.text(...name.split(" "), "--help"));
  for (const [index, help] of (await Promise.all(helps)).entries()) {
    assertStringIncludes(help, `Usage: codemem ${COMMANDS[index]!.name}`);
  }
});

Deno.test("the compiled file keeps a memory, finds it, changes it and forgets it", async () => {
  await using home = await makeHome();
  const { id } = await home.json<{ id: string }>(
    "remember",
    "The zebra is striped",
    "--tag",
    "zoo",
  );
  assertEquals((await found(home, "zebra"))[0]?.title, "The zebra is striped");
  await home.text("edit", id, "--title", "About okapis");
  assertEquals((await found(home, "okapis"))[0]?.id, id);
  await home.text("forget", id);
  assertEquals(await found(home, "okapis"), []);
});

Deno.test("the compiled file writes a backup, restores it, and takes back what was written", async () => {
  await using home = await makeHome();
  await home.text("remember", "The zebra is striped");
  await home.text("backup", "backup.db");
  await home.text("remember", "The okapi is not");
  assertEquals((await home.json<{ live: number }>("restore", "backup.db")).live, 1);
  assertEquals((await found(home, "okapi")).length, 0);
  const { device_id: id } = (await home.json<{ device_id: string }[]>("recent"))[0]!;
  await home.text("undo", "--from", id, "--since", "1h", "--yes");
  assertEquals(await found(home, "zebra"), []);
});

Deno.test("the compiled file fails as the program does: words on stderr, and an exit code", async () => {
  await using home = await makeHome();
  const { code, stdout, stderr } = await home.run(["serch", "x"]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "hint: Did you mean `codemem search`?");
});

Deno.test("the SHA-256 beside the compiled file is its own, in the form of sha256sum", async () => {
  const sha256 = hash("sha256", await Deno.readFile(program));
  const line = await Deno.readTextFile(`${program}.sha256`);
  assertEquals(line, `${sha256}  ${basename(program)}\n`);
});

Deno.test("the compiled file does not tell where it was compiled", async () => {
  const text = await embeddedText();
  assert(text.includes("lib/cli/run.ts"), "the bundle is not where it is looked for");
  for (const place of [await Deno.realPath(ROOT), Deno.env.get("HOME") ?? "/root"]) {
    assert(!text.includes(`${place}/`), place);
  }
  assert(!text.includes("/.cache/deno/"), "the folder of the packages");
});

async function found(home: Home, text: string) {
  return await home.json<{ id: string; title: string }[]>("search", text);
}

/** What follows the base in the file: the bundle, and how it is to be run. */
async function embeddedText(): Promise<string> {
  const bytes = await Deno.readFile(program);
  const embedded = bytes.subarray(-4_000_000);
  const text = new TextDecoder("latin1").decode(embedded);
  return text.slice(text.lastIndexOf("d3n0l4nd", text.length - 100));
}
