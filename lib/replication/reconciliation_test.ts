import { assertEquals } from "@std/assert";
import type { Version } from "../model/digest.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import { differingIds, isReconciliationDue, RECONCILIATION_INTERVAL_MS } from "./reconciliation.ts";

const NOW_MS = Date.parse("2026-01-01T12:00:00.000Z");

Deno.test("a reconciliation is due once an hour, and after a clock was wrong", () => {
  const at = (agoMs: number) => isReconciliationDue(formatTimestamp(NOW_MS - agoMs), NOW_MS);
  assertEquals(isReconciliationDue(null, NOW_MS), true);
  assertEquals(at(0), false);
  assertEquals(at(RECONCILIATION_INTERVAL_MS - 1), false);
  assertEquals(at(RECONCILIATION_INTERVAL_MS), true);
  assertEquals(at(-1), true);
});

function version(entityId: string, changes: Partial<Version> = {}): Version {
  return {
    entityId,
    opType: "upsert",
    clock: { rev: 1, updatedAt: "2026-01-01T00:00:00.000Z", deviceId: "a" },
    payloadHash: "5",
    ...changes,
  };
}

const byId = (...versions: Version[]) => new Map(versions.map((each) => [each.entityId, each]));

Deno.test("memories that are the same on both sides do not differ", () => {
  assertEquals(differingIds([version("1"), version("2")], byId(version("2"), version("1"))), []);
});

Deno.test("a memory differs by each part of its version, and by missing on one side", () => {
  const ours = version("m");
  const others = [
    version("m", { payloadHash: "6" }),
    version("m", { opType: "delete" }),
    version("m", { clock: { ...ours.clock, rev: 2 } }),
    version("m", { clock: { ...ours.clock, updatedAt: "2026-01-01T00:00:00.001Z" } }),
    version("m", { clock: { ...ours.clock, deviceId: "b" } }),
  ];
  for (const other of others) assertEquals(differingIds([ours], byId(other)), ["m"]);
  assertEquals(differingIds([ours], byId()), ["m"]);
  assertEquals(differingIds([], byId(ours)), ["m"]);
  assertEquals(differingIds([version("only ours")], byId(version("only theirs"))), [
    "only ours",
    "only theirs",
  ]);
});

Deno.test("no more than twenty are named, and the rest is not read", () => {
  function* endless(): Generator<Version> {
    for (let index = 0;; index++) yield version(`ours ${index}`);
  }
  assertEquals(differingIds(endless(), byId()).length, 20);
  const theirs = Array.from({ length: 50 }, (_, index) => version(`theirs ${index}`));
  assertEquals(differingIds([], byId(...theirs)).length, 20);
});
