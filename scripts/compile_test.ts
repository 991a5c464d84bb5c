import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { dirname, resolve } from "node:path";
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

Deno.test("options that name nothing are refused, with how to write them", () => {
  for (const args of [["--output"], ["--output="], ["--target"], ["--target="]]) {
    assertThrows(() => compileOptions(args), Error, "Usage:");
  }
});

Deno.test("DENORT_BIN wins over every other base, except for a release", async () => {
  const options = { target: LINUX, given: "/some/denort", cache: "/nowhere" } as const;
  const base = await findBase({ ...options, release: false });
  assertEquals([base.path, base.deno], ["/some/denort", [Deno.execPath()]]);
  const { path } = await findBase({ ...options, given: "a/denort", release: false });
  assertEquals(path, resolve("a/denort"));
  await assertRejects(() => findBase({ ...options, release: true }), Error, "DENORT_BIN");
});

Deno.test("a release takes Deno's own download, whether it is within reach or not", async () => {
  const options = { target: LINUX, given: undefined, cache: "/nowhere", release: true } as const;
  const base = await findBase(options);
  assertEquals([base.path, base.deno], [undefined, [Deno.execPath()]]);
  assert(base.origin.startsWith("Deno's own download"));
});

Deno.test("a base that is none replaces nothing: what it makes is tried first", async () => {
  await using place = await Place.make();
  await Deno.writeTextFile(place.output, "the old one");
  const { code, stderr } = await place.compile({ DENORT_BIN: "/bin/true" });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot use the base (DENORT_BIN, /bin/true)");
  assertEquals(await Deno.readTextFile(place.output), "the old one");
  assertEquals(await place.names(), ["codemem"]);
});

Deno.test("a compilation that is interrupted leaves nothing behind", async () => {
  await using place = await Place.make();
  const child = place.command().spawn();
  for await (const _ of Deno.watchFs(place.temporary)) break;
  child.kill("SIGINT");
  assertEquals((await child.output()).code, 130);
  assertEquals(await place.names(), []);
});

Deno.test("a base from the registry that is not the expected one is refused", async () => {
  await using place = await Place.make();
  const npm = `${place.temporary}/npm`;
  await Deno.mkdir(`${place.temporary}/package/bin`, { recursive: true });
  await Deno.copyFile("/bin/true", `${place.temporary}/package/bin/steady`);
  const pack = `exec tar -czf "$4/a.tgz" -C '${place.temporary}' package`;
  await Deno.writeTextFile(npm, `#!/bin/sh\n${pack}\n`, { mode: 0o755 });
  const { stdout } = await runModule(
    `
    import { registryBase } from "${import.meta.resolve("./compile/registry_base.ts")}";
    console.log(await registryBase("${place.temporary}/base").catch((error) => error.message));
  `,
    { PATH: `${place.temporary}:${Deno.env.get("PATH")}` },
  );
  assertStringIncludes(stdout, "Cannot use the base of @stdy");
  assertEquals(await Array.fromAsync(Deno.readDir(`${place.temporary}/base`)), []);
});

Deno.test("of the environment nothing that steers Deno reaches the compiler, but where packages are", async () => {
  const { stdout } = await runModule(
    `
    import { runTool } from "${import.meta.resolve("./bundle/run_tool.ts")}";
    console.log(await runTool(["env"]));
  `,
    { OTEL_DENO: "true", DENO_COMPAT: "1", GIT_DIR: "/g", DENO_CERT: "/c.pem", A_THING: "x" },
  );
  const names = stdout.split("\n").map((line) => line.split("=")[0]!);
  const looked = ["OTEL_DENO", "DENO_COMPAT", "GIT_DIR", "DENO_CERT", "A_THING"];
  assertEquals(looked.filter((name) => names.includes(name)), ["DENO_CERT", "A_THING"]);
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
  assert(sources.includes("/api/events"), "the script of the viewer is not in it");
});

/** A folder for a compiled file, and one for temporary files. */
class Place implements AsyncDisposable {
  readonly #folder: string;
  readonly output: string;
  readonly temporary: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.output = `${folder}/dist/codemem`;
    this.temporary = `${folder}/temporary`;
  }

  static async make(): Promise<Place> {
    const place = new Place(await Deno.makeTempDir({ prefix: "codemem-place-" }));
    await Deno.mkdir(`${place.#folder}/dist`);
    await Deno.mkdir(place.temporary);
    return place;
  }

  command(env: Readonly<Record<string, string>> = {}): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", `${ROOT}/scripts/compile.ts`, "--output", this.output],
      env: { TMPDIR: this.temporary, ...env },
      stdout: "piped",
      stderr: "piped",
    });
  }

  async compile(env: Readonly<Record<string, string>>): Promise<{ code: number; stderr: string }> {
    const { code, stderr } = await this.command(env).output();
    return { code, stderr: new TextDecoder().decode(stderr) };
  }

  /** What is in both folders. */
  async names(): Promise<string[]> {
    const entries = [this.temporary, dirname(this.output)].map((folder) => Deno.readDir(folder));
    const found = await Promise.all(entries.map((each) => Array.fromAsync(each)));
    return found.flat().map(({ name }) => name).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Runs a module in a process of its own, whose environment it is. */
async function runModule(
  text: string,
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string }> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `data:text/typescript,${encodeURIComponent(text)}`],
    env,
    stderr: "inherit",
  }).output();
  return { stdout: new TextDecoder().decode(stdout) };
}

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
