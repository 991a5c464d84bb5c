import { assertEquals, assertNotEquals } from "@std/assert";
import {
  addVersion,
  digestsEqual,
  EMPTY_DIGEST,
  formatDigestSum,
  parseDigestSum,
  removeVersion,
  type Version,
} from "./digest.ts";

const version: Version = {
  entityId: "m1",
  opType: "upsert",
  clock: { rev: 1, updatedAt: "2026-01-02T03:04:05.678Z", deviceId: "laptop" },
  payloadHash: "ab".repeat(32),
};

Deno.test("the digest of one version is the hash that other devices compute", () => {
  // printf 'codemem-version-3\nm1\n1\n2026-01-02T03:04:05.678Z\nlaptop\nupsert\nabab…' | sha256sum
  assertEquals(addVersion(EMPTY_DIGEST, version), {
    live: 1,
    tombstones: 0,
    sum: BigInt("0x660d4c8182579deb5e2c8baf7033ed2e315799d5f4cbeeff7f12b1b2e3cff5ae"),
  });
});

Deno.test("live memories and tombstones are counted apart", () => {
  const deleted: Version = { ...version, opType: "delete", payloadHash: "" };
  const { live, tombstones } = addVersion(addVersion(EMPTY_DIGEST, version), deleted);
  assertEquals({ live, tombstones }, { live: 1, tombstones: 1 });
});

const changes: readonly (readonly [string, Partial<Version>])[] = [
  ["the memory", { entityId: "m2" }],
  ["the revision", { clock: { ...version.clock, rev: 2 } }],
  ["the instant", { clock: { ...version.clock, updatedAt: "2026-01-02T03:04:05.679Z" } }],
  ["the device", { clock: { ...version.clock, deviceId: "desk" } }],
  ["what was done", { opType: "delete" }],
  ["the payload", { payloadHash: "ac".repeat(32) }],
];

for (const [name, change] of changes) {
  Deno.test(`the digest depends on ${name}`, () => {
    const other = addVersion(EMPTY_DIGEST, { ...version, ...change });
    assertNotEquals(other.sum, addVersion(EMPTY_DIGEST, version).sum);
    assertEquals(digestsEqual(other, addVersion(EMPTY_DIGEST, version)), false);
  });
}

Deno.test("a version that was taken out has never been there, whatever came between", () => {
  const other = { ...version, entityId: "m2" };
  assertEquals(removeVersion(addVersion(EMPTY_DIGEST, version), version), EMPTY_DIGEST);
  const both = addVersion(addVersion(EMPTY_DIGEST, version), other);
  assertEquals(removeVersion(both, version), addVersion(EMPTY_DIGEST, other));
});

Deno.test("the sum wraps around at 2^256", () => {
  const full = { live: 0, tombstones: 0, sum: (1n << 256n) - 1n };
  const { sum } = addVersion(full, version);
  assertEquals(sum, addVersion(EMPTY_DIGEST, version).sum - 1n);
  assertEquals(removeVersion({ live: 1, tombstones: 0, sum }, version), full);
});

Deno.test("digests are equal in all three numbers or not at all", () => {
  const digest = { live: 1, tombstones: 2, sum: 3n };
  assertEquals(digestsEqual(digest, { ...digest }), true);
  assertEquals(digestsEqual(digest, { ...digest, live: 2 }), false);
  assertEquals(digestsEqual(digest, { ...digest, tombstones: 1 }), false);
  assertEquals(digestsEqual(digest, { ...digest, sum: 4n }), false);
});

Deno.test("a sum is read back from its 64 digits and nothing else", () => {
  for (const sum of [0n, 1n, (1n << 256n) - 1n]) {
    assertEquals(formatDigestSum(sum).length, 64);
    assertEquals(parseDigestSum(formatDigestSum(sum)), sum);
  }
  for (const text of ["", "0", "0".repeat(63), "0".repeat(65), "A".repeat(64), "g".repeat(64), 0]) {
    assertEquals(parseDigestSum(text), undefined, String(text));
  }
});
