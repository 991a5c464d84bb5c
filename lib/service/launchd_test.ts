/** launchd's side, against a launchctl that writes down what it is told: macOS is not everywhere. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CodememError } from "../errors.ts";
import { type RunProgram, runProgram } from "./run_program.ts";
import { isInstalled, servicePlace } from "./service_place.ts";
import { serviceAt } from "./which_service.ts";

const DEFINITION = {
  program: ["/Users/alice/bin/codemem", "serve", "--json"],
  environment: {},
  stderrPath: "/Users/alice/.codemem/logs/serve.stderr",
};

const LABEL = "internal.codemem";
const TARGET = `gui/501/${LABEL}`;

Deno.test("an agent is installed, loaded, unloaded and removed", async () => {
  await using bench = await Bench.open();
  const { service, place } = bench;
  await service.install(DEFINITION);
  assertEquals(await bench.calls(), [
    "print gui/501",
    `print ${TARGET}`,
    `enable ${TARGET}`,
  ]);
  assertEquals([isInstalled(place), place.path], [
    true,
    `${bench.folder}/Library/LaunchAgents/${LABEL}.plist`,
  ]);
  assertStringIncludes(await Deno.readTextFile(place.path), "<string>/Users/alice/bin/codemem");
  assertEquals(await service.state(), { enabled: true, active: false });
  await bench.calls();

  await service.start();
  assertEquals(await bench.calls(), [
    "print gui/501",
    `print ${TARGET}`,
    `bootstrap gui/501 ${place.path}`,
  ]);
  assertEquals(await service.state(), { enabled: true, active: true });
  await bench.calls();

  await service.start();
  assertEquals((await bench.calls()).at(-1), `kickstart ${TARGET}`);
  await service.stop();
  assertEquals((await bench.calls()).at(-1), `bootout ${TARGET}`);
  await service.stop();
  assertEquals((await bench.calls()).at(-1), `print ${TARGET}`, "it was unloaded twice");

  await service.uninstall();
  assertEquals(isInstalled(place), false);
});

Deno.test("an agent that is still ending counts as unloaded", async () => {
  await using bench = await Bench.open();
  await bench.service.install(DEFINITION);
  await bench.service.start();
  await bench.fail("bootout", 36, "Boot-out failed: 36: Operation now in progress");
  await bench.service.stop();
});

Deno.test("without a session nothing is installed", async () => {
  await using bench = await Bench.open();
  await bench.fail("print", 125, "Domain does not support specified action");
  const error = await assertRejects(() => bench.service.install(DEFINITION), CodememError);
  assertEquals(error.code, "no_service_manager");
  assertEquals(isInstalled(bench.place), false);
});

Deno.test("an installation that fails leaves what was there before", async () => {
  await using bench = await Bench.open();
  await bench.service.install(DEFINITION);
  const before = await Deno.readTextFile(bench.place.path);
  await bench.fail("enable", 1, "Could not enable service");
  const changed = { ...DEFINITION, stderrPath: "/elsewhere" };
  const error = await assertRejects(() => bench.service.install(changed), CodememError);
  assertEquals(error.code, "service_failed");
  assertStringIncludes(error.message, "Could not enable service");
  assertEquals(await Deno.readTextFile(bench.place.path), before);
});

/** A program that keeps count of what is loaded, as launchctl does, and fails where it is told to. */
const STUB = `#!/bin/sh
cd "$(dirname "$0")"
echo "$*" >>calls
[ -f "fail-$1" ] && { cat "fail-$1.words" >&2; exit "$(cat "fail-$1")"; }
case "$1 $2" in
  "print ${TARGET}") [ -f loaded ] && echo "state = running" || exit 113 ;;
  "bootstrap gui/501") touch loaded ;;
  "bootout ${TARGET}") rm loaded ;;
esac
exit 0
`;

class Bench implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Bench> {
    const bench = new Bench(await Deno.makeTempDir({ prefix: "codemem-launchd-" }));
    await Deno.writeTextFile(`${bench.folder}/launchctl`, STUB, { mode: 0o755 });
    return bench;
  }

  get place() {
    return servicePlace({ os: "darwin", env: { HOME: this.folder }, home: undefined })!;
  }

  get service() {
    const run: RunProgram = (program, args) => runProgram(`${this.folder}/${program}`, args);
    return serviceAt(this.place, 501, run);
  }

  /** What launchctl was told since this was asked last. */
  async calls(): Promise<string[]> {
    const text = await Deno.readTextFile(`${this.folder}/calls`);
    await Deno.remove(`${this.folder}/calls`);
    return text.trim().split("\n");
  }

  /** Has launchctl fail from now on with a command of that name. */
  async fail(name: string, code: number, words: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/fail-${name}`, String(code));
    await Deno.writeTextFile(`${this.folder}/fail-${name}.words`, words);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
