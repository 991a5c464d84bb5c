import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { resolve } from "node:path";
import { compileOptions } from "./compile.ts";
import { findBase } from "./compile/base.ts";
import { bundle } from "./compile/bundle.ts";
import { elfLength } from "./compile/elf_length.ts";
import { nameIndependently } from "./compile/independent_names.ts";

const ROOT = resolve(import.meta.dirname!, "..");
const LINUX = "x86_64-unknown-linux-gnu";

Deno.test("a target is passed through, and names the file", () => {
  const target = "aarch64-apple-darwin";
  const { output, release } = compileOptions(["--target", target, "--release"]);
  assertEquals([output, release], [`${ROOT}/dist/codemem-${target}`, true]);
  assertEquals(compileOptions(["--output", "/x/y", "--target", target]).output, "/x/y");
  for (const args of [["--target", "plan9"], ["--relase"], ["linux"]]) {
    assertThrows(() => compileOptions(args), Error, "Cannot compile");
  }
});

Deno.test("DENORT_BIN wins over every other base, except for a release", async () => {
  const options = { target: LINUX, given: "/some/denort", cache: "/nowhere" } as const;
  const base = await findBase({ ...options, release: false });
  assertEquals([base.path, base.deno], ["/some/denort", [Deno.execPath()]]);
  await assertRejects(() => findBase({ ...options, release: true }), Error, "DENORT_BIN");
});

Deno.test("a release takes Deno's own download, whether it is within reach or not", async () => {
  const options = { target: LINUX, given: undefined, cache: "/nowhere", release: true } as const;
  const base = await findBase(options);
  assertEquals([base.path, base.deno], [undefined, [Deno.execPath()]]);
  assert(base.origin.startsWith("Deno's own download"));
});

Deno.test("the length of an ELF image is where its table of sections ends", () => {
  const file = new Uint8Array(200);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  const header = new DataView(file.buffer);
  header.setBigUint64(0x28, 100n, true);
  header.setUint16(0x3a, 10, true);
  header.setUint16(0x3c, 3, true);
  assertEquals(elfLength(file), 130);
  assertThrows(() => elfLength(file.subarray(0, 60)), Error, "ELF");
  file[4] = 1;
  assertThrows(() => elfLength(file), Error, "ELF");
});

Deno.test("the files of a bundle are named by the order in which they are referred to", () => {
  const files = new Map([
    [
      "main.js",
      'import "./chunk-BBBBBBBB.js";\nconst a = import("./chunk-AAAAAAAA.js"); "./x.js";',
    ],
    ["chunk-AAAAAAAA.js", 'import "./chunk-BBBBBBBB.js";'],
    ["chunk-BBBBBBBB.js", "export {};"],
  ]);
  assertEquals([...nameIndependently(files, "main.js")], [
    ["main.js", 'import "./chunk.js";\nconst a = import("./chunk_2.js"); "./x.js";'],
    ["chunk.js", "export {};"],
    ["chunk_2.js", 'import "./chunk.js";'],
  ]);
  files.set("lost-CCCCCCCC.js", "");
  assertThrows(() => nameIndependently(files, "main.js"), Error, "lost");
});

Deno.test("the bundle is the same, byte for byte and time for time, wherever it is made", async () => {
  const [first, second] = await Promise.all([bundleIn("a"), bundleIn("another/folder")]);
  assertEquals(first, second);
  const sources = [...first!.values()].join("\n");
  assert(sources.includes("0123456789ab"), "the commit is not in it");
  assert(sources.includes("CREATE TABLE memories"), "the migrations are not in it");
});

/** The files of a bundle with their times. */
async function bundleIn(name: string): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "codemem-bundle-" });
  const work = `${folder}/${name}`;
  await Deno.mkdir(work, { recursive: true });
  const output = `${work}/codemem`;
  await bundle({ root: ROOT, commit: "0123456789ab", work, output });
  const files = new Map<string, string>();
  for await (const { name } of Deno.readDir(output)) {
    const { mtime } = await Deno.stat(`${output}/${name}`);
    files.set(name, `${mtime?.toISOString()}\n${await Deno.readTextFile(`${output}/${name}`)}`);
  }
  await Deno.remove(folder, { recursive: true });
  return new Map([...files].sort());
}
