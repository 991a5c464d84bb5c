import { assertEquals } from "@std/assert";
import type { LogLine } from "../../runtime/log.ts";
import { logLine } from "./log_line.ts";

const AT_MS = new Date(2026, 0, 1, 12, 3, 11).getTime();

Deno.test("a line of the log has a time, a level, a message and its facts", () => {
  assertEquals(
    line({ facts: { peer: "9f0c", pulled: 3 } }),
    "12:03:11 info: told (peer 9f0c, pulled 3)",
  );
  assertEquals(line({ level: "error" }), "12:03:11 error: told");
});

Deno.test("what takes more than a line is left to the file", () => {
  const facts = { code: "internal", stack: "Error: x\n  at y", more: undefined };
  assertEquals(line({ facts }), "12:03:11 info: told (code internal)");
});

function line(given: Partial<LogLine>): string {
  return logLine({ atMs: AT_MS, level: "info", message: "told", facts: {}, ...given }, AT_MS + 5);
}
