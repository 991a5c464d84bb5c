import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { exists } from "../../tests/support/system/exists.ts";
import { CodememError, type ErrorCode } from "../errors.ts";
import { runCapped } from "./run_capped.ts";

async function codeOf(program: string, args: readonly string[]): Promise<ErrorCode> {
  const run = () => runCapped(program, { args, stdin: "secret", timeoutMs: 100 });
  return (await assertRejects(run, CodememError)).code;
}

Deno.test("a program is given its input, and its words are returned", async () => {
  const script = 'read line; echo "$line!"; echo no >&2; exit 7';
  const end = await runCapped("sh", { args: ["-c", script], stdin: "yes\n", timeoutMs: 60_000 });
  assertEquals(end, { code: 7, stdout: "yes!\n", stderr: "no\n" });
});

Deno.test("a program that does not read is judged by what it says", async () => {
  const end = await runCapped("true", { args: [], stdin: "x".repeat(200_000), timeoutMs: 60_000 });
  assertEquals(end, { code: 0, stdout: "", stderr: "" });
});

Deno.test("a program that is killed by somebody else has said nothing", async () => {
  const run = () =>
    runCapped("sh", { args: ["-c", "echo half of it; kill -9 $$"], timeoutMs: 60_000 });
  const error = await assertRejects(run, CodememError);
  assertEquals([error.code, error.message.includes("SIGKILL")], ["keychain_unavailable", true]);
});

Deno.test("a program that does not stop talking is not listened to", async () => {
  for (const stream of ["1", "2"]) {
    const args = ["-c", `exec cat /dev/zero >&${stream}`];
    const error = await assertRejects(
      () => runCapped("sh", { args, timeoutMs: 60_000 }),
      CodememError,
    );
    assertEquals(error.code, "keychain_unavailable");
  }
});

Deno.test("a program that never answers is killed", async () => {
  const sleep = uniqueSleep();
  assertEquals(await codeOf("sh", ["-c", `exec ${sleep}`]), "keychain_timed_out");
  assertEquals(await pidsOf(sleep), []);
});

Deno.test("what a killed program has started does not keep anybody waiting", async () => {
  const sleep = uniqueSleep();
  assertEquals(await codeOf("sh", ["-c", `${sleep} & wait`]), "keychain_timed_out");
  for (const pid of await pidsOf(sleep)) Deno.kill(pid, "SIGKILL");
});

/** A command that no other process runs. */
function uniqueSleep(): string {
  return `sleep 1000.${crypto.getRandomValues(new Uint32Array(1))[0]}`;
}

async function pidsOf(command: string): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,args="] }).output();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes(command))
    .map((line) => Number.parseInt(line));
}

Deno.test("a program that is not there makes the keychain unavailable", async () => {
  assertEquals(await codeOf("no-such-program-of-any-kind", []), "keychain_unavailable");
});

Deno.test("a program that is not waited for any more is killed, and no other is started", async () => {
  const folder = await Deno.makeTempDir();
  const ending = new AbortController();
  const script = `echo $$ > ${folder}/pid; exec sleep 1000`;
  const limits = { timeoutMs: 600_000, signal: ending.signal };
  const call = runCapped("sh", { args: ["-c", script], ...limits });
  const isRunning = () => exists(`${folder}/pid`);
  await eventually("it runs", isRunning);
  const reason = new CodememError("interrupted", "Interrupted");
  ending.abort(reason);
  assertStrictEquals(await call.catch((error) => error), reason);
  const again = runCapped("touch", { args: [`${folder}/again`], ...limits });
  assertStrictEquals(await again.catch((error) => error), reason);
  assertEquals(await exists(`${folder}/again`), false);
  await Deno.remove(folder, { recursive: true });
});
