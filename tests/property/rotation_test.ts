import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { judgeChain } from "../../lib/auth/rotation_chain.ts";
import { signRotation } from "../../lib/auth/rotation_statement.ts";
import { generateDeviceKey } from "../../lib/identity/device_key.ts";
import type { RotationStatement } from "../../lib/model/rotation.ts";

const KEYS = Array.from({ length: 7 }, generateDeviceKey);
const THIEF = generateDeviceKey();

function statement(sequence: number, from: typeof THIEF, to: typeof THIEF): RotationStatement {
  const words = {
    ...{ deviceId: "laptop", sequence, createdAt: "2026-01-02T03:04:05.678Z" },
    ...{ oldPublicKey: from.publicKey, newPublicKey: to.publicKey },
  };
  return signRotation(words, { oldKey: from.privateKey, newKey: to.privateKey });
}

const CHAIN = KEYS.slice(1).map((to, index) => statement(index + 1, KEYS[index]!, to));

/** A peer that has accepted so many statements. */
function knowing(count: number) {
  return {
    deviceId: "laptop",
    publicKey: KEYS[count]!.publicKey,
    sequence: count,
    steps: CHAIN.slice(0, count),
  };
}

/** What somebody without any of the keys can make of genuine statements. */
const altered = fc.array(
  fc.record({
    index: fc.nat(CHAIN.length - 1),
    change: fc.constantFrom("none", "none", "none", "sequence", "old", "new", "swap", "bit"),
  }),
  { maxLength: 8 },
).map((parts) =>
  parts.map(({ index, change }): RotationStatement => {
    const genuine = CHAIN[index]!;
    if (change === "sequence") return { ...genuine, sequence: genuine.sequence + 1 };
    if (change === "old") return { ...genuine, oldPublicKey: THIEF.publicKey };
    if (change === "new") return { ...genuine, newPublicKey: THIEF.publicKey };
    if (change === "swap") {
      return { ...genuine, oldSignature: genuine.newSignature, newSignature: genuine.oldSignature };
    }
    if (change === "bit") {
      const oldSignature = Uint8Array.from(genuine.oldSignature);
      oldSignature[index]! ^= 1;
      return { ...genuine, oldSignature };
    }
    return genuine;
  })
);

Deno.test("whatever is made of genuine statements leads to a later key of the device or nowhere", () => {
  fc.assert(fc.property(altered, fc.nat(CHAIN.length), (chain, count) => {
    const judged = judgeChain(knowing(count), chain);
    if (judged.verdict === "current") return assert(judged.sequence >= count);
    assert(judged.verdict !== "forked", "nobody has signed a second successor");
    if (judged.verdict !== "follows") return;
    const place = KEYS.findIndex(({ publicKey }) => publicKey === judged.publicKey);
    assert(place > count, `from ${count} to ${place}`);
    assertEquals(judged.steps, CHAIN.slice(count, place));
  }));
});

Deno.test("a peer that has come anywhere on the way follows the whole chain to its end", () => {
  fc.assert(fc.property(fc.nat(CHAIN.length), fc.nat(CHAIN.length), (count, told) => {
    const start = Math.min(count, told);
    const judged = judgeChain(knowing(count), CHAIN.slice(start));
    const isThere = count === CHAIN.length;
    assertEquals(judged.verdict, isThere ? "current" : "follows");
    if (judged.verdict === "follows") assertEquals(judged.publicKey, KEYS.at(-1)!.publicKey);
  }));
});

Deno.test("a second successor of any key that was given up is a fork, wherever it stands", () => {
  const place = fc.integer({ min: 1, max: CHAIN.length });
  fc.assert(fc.property(place, fc.nat(CHAIN.length - 1), (count, index) => {
    const at = index % count;
    const fork = [...CHAIN.slice(0, at), statement(at + 1, KEYS[at]!, THIEF)];
    assertEquals(judgeChain(knowing(count), fork).verdict, "forked");
  }));
});
