import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { TARGETS } from "./compile/targets.ts";

const ROOT = `${import.meta.dirname}/..`;
const workflow = await Deno.readTextFile(`${ROOT}/.github/workflows/release.yml`);
const matches = (pattern: RegExp) => [...workflow.matchAll(pattern)].map(([, found]) => found!);

Deno.test("a release is compiled and tried for every target", () => {
  assertEquals(matches(/^ {10}- (\S+)$/gm), [...TARGETS]);
  assertEquals(matches(/\{ target: (\S+),/g), [...TARGETS]);
});

Deno.test("a release is compiled with nothing but Deno's own download", () => {
  const commands = matches(/(task compile.*)$/gm);
  assertEquals(commands.length, 2);
  for (const command of commands) assert(command.includes("--release"), command);
  assert(!workflow.includes("DENORT_BIN"));
});

Deno.test("nothing is published before everything has passed", () => {
  assertEquals(matches(/^ {4}needs: (\[.*\])$/gm), ["[test, compile, try]"]);
  assertEquals(matches(/^ {8}run: (.*\.ci\/run)$/gm).length, 1);
  assert(!workflow.includes("continue-on-error"));
});

Deno.test("actions are pinned to commits, and nothing is allowed that a job does not name", () => {
  for (const uses of matches(/uses: (.*)$/gm)) {
    assert(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses), uses);
  }
  assertEquals(matches(/^permissions: (.*)$/gm), ["{}"]);
  assertEquals(matches(/^ {6}(contents: write.*)$/gm), ["contents: write # the release"]);
});

Deno.test("a release is made with the Deno that everything is tested with", async () => {
  const [version] = matches(/^ {2}DENO: (\S+)$/gm);
  assert((await Deno.readTextFile(`${ROOT}/.ci/run`)).includes(`npx -y ${version})`), version);
  assert(Object.hasOwn(config.tasks, "compile"));
});
