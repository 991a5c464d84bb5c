import { assertEquals } from "@std/assert";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { RotationStatement } from "../model/rotation.ts";
import { publicKeyLine } from "./fingerprint.ts";
import { judgeChain, type KnownKeys } from "./rotation_chain.ts";
import { isSignedByBoth, rotationText, signRotation } from "./rotation_statement.ts";

const KEYS = Array.from({ length: 5 }, () => generateKeyPairSync("ed25519").privateKey);
const LINES = KEYS.map(publicKeyLine);
const AT = "2026-01-02T03:04:05.678Z";

function step(sequence: number, from: number, to: number, deviceId = "laptop"): RotationStatement {
  return signed(sequence, KEYS[from]!, KEYS[to]!, deviceId);
}

function signed(sequence: number, oldKey: KeyObject, newKey: KeyObject, deviceId = "laptop") {
  const [oldPublicKey, newPublicKey] = [publicKeyLine(oldKey), publicKeyLine(newKey)];
  return signRotation({ deviceId, sequence, oldPublicKey, newPublicKey, createdAt: AT }, {
    oldKey,
    newKey,
  });
}

/** What is known: pinned by one key, after these steps. */
function known(pinned: number, steps: readonly RotationStatement[] = []): KnownKeys {
  const sequence = steps.at(-1)?.sequence ?? 0;
  return { deviceId: "laptop", publicKey: LINES[pinned]!, sequence, steps };
}

const [A, B, C] = [step(1, 0, 1), step(2, 1, 2), step(3, 2, 3)];

Deno.test("the text that both keys sign is six lines", () => {
  assertEquals(
    new TextDecoder().decode(rotationText(A)),
    `codemem-rotate-3\nlaptop\n1\n${LINES[0]}\n${LINES[1]}\n${AT}`,
  );
});

Deno.test("a statement is worth nothing with anything in it changed", () => {
  assertEquals(isSignedByBoth(A), true);
  const changes: Partial<RotationStatement>[] = [
    { deviceId: "desk" },
    { sequence: 2 },
    { oldPublicKey: LINES[2]! },
    { newPublicKey: LINES[2]! },
    { createdAt: "2026-01-02T03:04:05.679Z" },
    { oldSignature: A.newSignature },
    { newSignature: A.oldSignature },
    { oldSignature: new Uint8Array(64) },
    { oldPublicKey: "ssh-ed25519 nonsense" },
  ];
  for (const change of changes) {
    assertEquals(isSignedByBoth({ ...A, ...change }), false, JSON.stringify(change));
  }
});

Deno.test("a chain leads from the pinned key to its last, however many were missed", () => {
  for (const [chain, end] of [[[A], 1], [[A, B], 2], [[A, B, C], 3]] as const) {
    const judged = judgeChain(known(0), chain);
    assertEquals(judged, {
      verdict: "follows",
      publicKey: LINES[end]!,
      sequence: end,
      steps: chain,
    });
  }
  const later = judgeChain(known(1, [A]), [A, B, C]);
  assertEquals(later, { verdict: "follows", publicKey: LINES[3]!, sequence: 3, steps: [B, C] });
  const sparse = step(40, 1, 2);
  assertEquals(judgeChain(known(1, [A]), [A, sparse]).verdict, "follows");
});

Deno.test("a chain that ends with the pinned key says nothing new", () => {
  assertEquals(judgeChain(known(0), []), { verdict: "current", sequence: 0 });
  assertEquals(judgeChain(known(2, [A, B]), [A, B]), { verdict: "current", sequence: 2 });
  assertEquals(judgeChain(known(2), [A, B]), { verdict: "current", sequence: 2 });
  assertEquals(judgeChain(known(2, [A, B]), []), { verdict: "current", sequence: 2 });
});

Deno.test("what does not hold together is refused", () => {
  const chains: Readonly<Record<string, readonly RotationStatement[]>> = {
    "out of order": [B, A],
    "the same twice": [A, A],
    "with a gap": [A, C],
    "with a sequence that does not rise": [A, step(1, 1, 2)],
    "with a sequence that falls": [step(5, 0, 1), step(4, 1, 2)],
    "of another device": [step(1, 0, 1, "desk")],
    "with another device's between": [A, step(2, 1, 2, "desk")],
    "in a circle": [A, step(2, 1, 0)],
    "from a key to itself": [step(1, 0, 0)],
    "forged by the new key alone": [{ ...A, oldSignature: A.newSignature }],
    "forged by the old key alone": [{ ...A, newSignature: A.oldSignature }],
    "forged in the middle": [A, { ...B, oldSignature: new Uint8Array(64) }, C],
  };
  for (const [name, chain] of Object.entries(chains)) {
    assertEquals(judgeChain(known(0), chain).verdict, "invalid", name);
  }
});

Deno.test("an earlier state is not returned to", () => {
  assertEquals(judgeChain(known(2, [A, B]), [A]).verdict, "replayed");
  assertEquals(judgeChain(known(2, [A, B]), [A, B, step(3, 2, 0)]).verdict, "invalid");
  assertEquals(judgeChain(known(2, [A, B]), [step(3, 2, 0)]).verdict, "invalid");
  assertEquals(judgeChain(known(2, [A, B]), [step(2, 2, 3)]).verdict, "replayed");
});

Deno.test("a chain that does not begin at the pinned key leads nowhere", () => {
  assertEquals(judgeChain(known(4), [A, B]).verdict, "unlinked");
  assertEquals(judgeChain(known(0), [B, C]).verdict, "unlinked");
});

Deno.test("a second successor of a key is told as such", () => {
  const fork = step(1, 0, 3);
  assertEquals(judgeChain(known(1, [A]), [fork]), { verdict: "forked", publicKey: LINES[3]! });
  assertEquals(judgeChain(known(2, [A, B]), [A, step(2, 1, 4)]).verdict, "forked");
  assertEquals(judgeChain(known(1, [A]), [step(7, 0, 3)]).verdict, "forked");
  assertEquals(judgeChain(known(1, [A]), [fork, step(2, 3, 1)]).verdict, "forked", "back to it");
});
