import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import type { Life, SignedLife } from "../model/life.ts";
import { decodeStatus, encodeStatus, type PeerStatus } from "./status.ts";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const SIGNATURE = "A".repeat(86);
const signed = (life: Life): SignedLife => ({ life, head: "h.1", signature: SIGNATURE });

const status: PeerStatus = {
  protocol: 3,
  version: "0.1.0",
  deviceId: "laptop",
  name: "Ann's laptop",
  fingerprint: "ab".repeat(32),
  time: "2026-01-02T03:04:05.678Z",
  epoch: "0123456789abcdef",
  head: "0123456789abcdef.42",
  digest: { live: 3, tombstones: 1, sum: 255n },
  seesYou: "offline",
  discoveryKey: new Uint8Array(32).fill(1),
  life: signed({ restoredMs: 0, n: 4, nonce: "0123456789abcdef" }),
  knownLife: signed({ restoredMs: 1_766_400_000_000, n: 7, nonce: "fedcba9876543210" }),
  knownHead: "fedcba9876543210.7",
  copySeen: "2026-01-01T00:00:00.000Z",
};
const json = JSON.parse(encodeStatus(status));

Deno.test("a status is the flat object that the protocol describes", () => {
  assertEquals(json, {
    protocol: 3,
    version: "0.1.0",
    device_id: "laptop",
    name: "Ann's laptop",
    fingerprint: "ab".repeat(32),
    time: "2026-01-02T03:04:05.678Z",
    epoch: "0123456789abcdef",
    head: "0123456789abcdef.42",
    live: 3,
    tombstones: 1,
    digest: "0".repeat(62) + "ff",
    sees_you: "offline",
    discovery_key: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
    life: `0.4.0123456789abcdef/h.1/${SIGNATURE}`,
    known_life: `1766400000000.7.fedcba9876543210/h.1/${SIGNATURE}`,
    known_head: "fedcba9876543210.7",
    copy_seen: "2026-01-01T00:00:00.000Z",
  });
});

Deno.test("a status comes back as it was, and members of a newer version are passed over", () => {
  assertEquals(decodeStatus(bytesOf(json)), status);
  assertEquals(decodeStatus(bytesOf({ ...json, mood: "fine" })), status);
});

Deno.test("what an older version does not tell, and a newer one tells otherwise, is not known", () => {
  const { sees_you: _, discovery_key: __, life: ___, known_life: ____, ...older } = json;
  const told = { seesYou: null, discoveryKey: null, life: null, knownLife: null };
  const unknown = { ...status, ...told };
  assertEquals(decodeStatus(bytesOf(older)), unknown);
  assertEquals(
    decodeStatus(bytesOf({ ...json, sees_you: "half asleep", discovery_key: null })),
    { ...status, seesYou: null, discoveryKey: null },
  );
});

Deno.test("a peer's name is cleaned before anybody shows it", () => {
  assertEquals(decodeStatus(bytesOf({ ...json, name: "a\u001b[2J\n\u202eb" })).name, "a [2J b");
});

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  protocol: ["3", null, 3.5],
  version: ["", "a b", 1, "x".repeat(101)],
  device_id: ["", "A", "a.b", null],
  name: ["", "\n", 5],
  fingerprint: ["", "AB".repeat(32), "ab".repeat(31), null],
  time: ["2026-01-02T03:04:05Z", 0, null],
  epoch: ["", "a b", null],
  head: ["", "a b", 42],
  live: [-1, 1.5, "3", null, 1e300],
  tombstones: [-1, "0", null],
  digest: ["", "f", 0, "F".repeat(64)],
};

for (const [member, values] of Object.entries(wrong)) {
  Deno.test(`a status with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      const error = assertThrows(
        () => decodeStatus(bytesOf({ ...json, [member]: value })),
        CodememError,
      );
      assertEquals(error.code, "invalid_response", JSON.stringify(value));
      assertStringIncludes(error.message, member);
    }
  });
}

Deno.test("a discovery key that is none is refused by its name", () => {
  for (const value of ["", "AQ", 5, "A".repeat(44), "A".repeat(42) + "=="]) {
    const bytes = bytesOf({ ...json, discovery_key: value });
    assertThrows(() => decodeStatus(bytes), CodememError, "discovery_key");
  }
});

Deno.test("another version of the protocol is no nonsense, and the older side is to be updated", () => {
  const newer = assertThrows(() => decodeStatus(bytesOf({ protocol: 4 })), CodememError);
  assertEquals(newer.code, "unsupported_protocol");
  assertStringIncludes(newer.hint!, "on this device");
  const older = assertThrows(() => decodeStatus(bytesOf({ protocol: 2 })), CodememError);
  assertEquals(older.code, "unsupported_protocol");
  assertStringIncludes(older.hint!, "on the other device");
});

Deno.test("the page of a proxy is no status", () => {
  for (const text of ["<html>Sign in</html>", "", "[]", "null", '"ok"']) {
    const error = assertThrows(() => decodeStatus(new TextEncoder().encode(text)), CodememError);
    assertEquals(error.code, "invalid_response");
  }
});
