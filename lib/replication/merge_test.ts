import { assertEquals } from "@std/assert";
import type { Version } from "../model/digest.ts";
import { compareVersions, judge } from "./merge.ts";

const BASE: Version = {
  entityId: "m",
  opType: "upsert",
  clock: { rev: 2, updatedAt: "2026-01-02T00:00:00.000Z", deviceId: "b" },
  payloadHash: "5",
};

const withClock = (changes: Partial<Version["clock"]>): Version => ({
  ...BASE,
  clock: { ...BASE.clock, ...changes },
});
const DELETED: Version = { ...BASE, opType: "delete", payloadHash: "" };

/** Each is greater than the one before. */
const ASCENDING: readonly Version[] = [
  withClock({ rev: 1, updatedAt: "2027-01-01T00:00:00.000Z", deviceId: "z" }),
  withClock({ updatedAt: "2026-01-01T23:59:59.999Z", deviceId: "z" }),
  withClock({ deviceId: "a" }),
  { ...BASE, payloadHash: "4" },
  BASE,
  { ...BASE, payloadHash: "6" },
  DELETED,
  withClock({ deviceId: "c" }),
  withClock({ updatedAt: "2026-01-02T00:00:00.001Z", deviceId: "a" }),
  withClock({ rev: 10, updatedAt: "2020-01-01T00:00:00.000Z", deviceId: "a" }),
];

Deno.test("revision decides before instant, instant before device, and then fate and payload", () => {
  for (const [index, version] of ASCENDING.entries()) {
    for (const [otherIndex, other] of ASCENDING.entries()) {
      const what = `${index} and ${otherIndex}`;
      assertEquals(Math.sign(compareVersions(version, other)), Math.sign(index - otherIndex), what);
    }
  }
});

Deno.test("only a strictly greater version is applied", () => {
  for (const [index, current] of ASCENDING.entries()) {
    for (const [otherIndex, candidate] of ASCENDING.entries()) {
      const expected = otherIndex === index ? "duplicate" : otherIndex > index ? "apply" : "stale";
      assertEquals(judge(current, candidate), expected, `${otherIndex} onto ${index}`);
    }
  }
});

Deno.test("where nothing stands, anything is applied, a delete too", () => {
  assertEquals(judge(undefined, BASE), "apply");
  assertEquals(judge(undefined, DELETED), "apply");
});
