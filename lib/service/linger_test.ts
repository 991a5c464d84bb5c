import { assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../errors.ts";
import { enableLinger, lingers } from "./linger.ts";
import type { ProgramEnd, RunProgram } from "./run_program.ts";

Deno.test("whether services outlive the session is asked of logind", async () => {
  const calls: string[] = [];
  assertEquals(await lingers(1000, answering({ stdout: "yes" }, calls)), true);
  assertEquals(calls, ["loginctl show-user 1000 --property=Linger --value"]);
  assertEquals(await lingers(1000, answering({ stdout: "no" })), false);
  assertEquals(await lingers(1000, answering({ code: 1 })), undefined);
  assertEquals(await lingers(1000, () => Promise.resolve(undefined)), undefined);
});

Deno.test("lingering is enabled for whoever asks, or it is said why not", async () => {
  const calls: string[] = [];
  await enableLinger(answering({}, calls));
  assertEquals(calls, ["loginctl enable-linger"]);
  const refusing = answering({ code: 1, stderr: "Access denied\nmore" });
  const error = await assertRejects(() => enableLinger(refusing), CodememError);
  assertEquals([error.code, error.message], [
    "service_failed",
    "Cannot enable lingering: Access denied",
  ]);
});

function answering(end: Partial<ProgramEnd>, calls: string[] = []): RunProgram {
  return (program, args) => {
    calls.push([program, ...args].join(" "));
    return Promise.resolve({ code: 0, stdout: "", stderr: "", ...end });
  };
}
