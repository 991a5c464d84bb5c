import { assertEquals } from "@std/assert";
import { StubProgram } from "../tests/support/system/stub_program.ts";

const RUN = `${import.meta.dirname}/../.ci/run`;

Deno.test("all that has failed is named again just above the count", async () => {
  const { code, lines } = await ciRun(`
    case "$*" in
      *fmt*) echo "from /src/a.ts:"; echo "error: Found 1 not formatted file in 2 files" >&2; exit 1 ;;
      *lint*) echo "error[no-unused-vars]: a is never used"; echo " --> /src/b.ts:2:7"; exit 1 ;;
      *test) echo "./src/c_test.ts => c holds ... FAILED (2ms)"
        echo "FAILED | 7 passed | 1 failed (2s)"; exit 1 ;;
    esac`);
  assertEquals(lines.slice(lines.indexOf("==> what has failed:")), [
    "==> what has failed:",
    "format: FAILED (exit code 1)",
    "from /src/a.ts:",
    "error: Found 1 not formatted file in 2 files",
    "lint: FAILED (exit code 1)",
    "error[no-unused-vars]: a is never used",
    " --> /src/b.ts:2:7",
    "./src/c_test.ts => c holds",
    "7 passed, 3 failed",
  ]);
  assertEquals(code, 1);
});

Deno.test("a test that hangs is named, and the run ends", async () => {
  const { code, lines } = await ciRun(`case "$*" in *test)
    echo "./src/c_test.ts => c holds ... ok (2ms)"
    trap 'echo "SIGINT The following tests were pending:"; echo; echo "d hangs => ./src/d_test.ts:2:6"; exit 130' INT
    # As if the time had passed.
    kill -ALRM $PPID
    while :; do sleep 0.1; done ;; esac`);
  assertEquals(lines.slice(lines.indexOf("==> what has failed:")), [
    "==> what has failed:",
    "tests: FAILED (the runner ended without a summary, exit code 124)",
    "d hangs => ./src/d_test.ts:2:6 (it had not ended)",
    "0 passed, 1 failed",
  ]);
  assertEquals(code, 1);
});

Deno.test("a run without a failure ends with its count alone", async () => {
  const { code, lines } = await ciRun(
    `case "$*" in *test) echo "ok | 7 passed | 0 failed (2s)" ;; esac`,
  );
  assertEquals([code, lines.at(-1)], [0, "7 passed, 0 failed"]);
  assertEquals(lines.includes("==> what has failed:"), false);
});

/** Runs the checks with what `script` does in the place of Deno, and installs nothing. */
async function ciRun(script: string): Promise<{ code: number; lines: string[] }> {
  await using npx = await StubProgram.make("npx", script);
  await using aptGet = await StubProgram.make("apt-get", "");
  const { code, stdout } = await new Deno.Command(RUN, {
    env: { PATH: `${npx.folder}:${aptGet.path}` },
    stdin: "null",
    stderr: "null",
  }).output();
  return { code, lines: new TextDecoder().decode(stdout).trim().split("\n") };
}
