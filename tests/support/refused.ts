/** What every refusal of the sync protocol looks like. */
import { assert, assertEquals } from "@std/assert";
import type { RawResponse } from "./attackers/raw_client.ts";

/** Insists on a refusal of this status and code that says why and what to do, and nothing else. */
export function assertRefused(
  { status, json, text }: RawResponse,
  expected: number,
  code: string,
  what = "",
): void {
  assertEquals([status, json?.error], [expected, code], `${what}: ${text}`);
  const members = Object.entries(json!).filter(([name]) => name !== "server_time");
  assertEquals(members.map(([name]) => name).toSorted(), ["error", "hint", "message"], what);
  for (const [, value] of members) assert(typeof value === "string" && value !== "", what);
  assertEquals(json!.server_time !== undefined, code === "clock_skew", what);
}
