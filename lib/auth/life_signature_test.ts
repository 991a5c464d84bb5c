import { assertEquals, assertStrictEquals } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { publicKeyLine } from "./fingerprint.ts";
import { isLifeSigned, LifeSigner, signLife } from "./life_signature.ts";

const LIFE = { restoredMs: 0, n: 3, nonce: "0123456789abcdef" };
const HEAD = "fedcba9876543210.42";

function newKey() {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicKey: publicKeyLine(privateKey) };
}

Deno.test("what a device has signed of its database holds for that device, these words and its keys alone", () => {
  const [own, other] = [newKey(), newKey()];
  const signed = signLife("laptop", { life: LIFE, head: HEAD }, own.privateKey);
  assertEquals(isLifeSigned("laptop", signed, [other.publicKey, own.publicKey]), true);
  for (const keys of [[], [other.publicKey], ["ssh-ed25519 AAAA"]]) {
    assertEquals(isLifeSigned("laptop", signed, keys), false);
  }
  assertEquals(isLifeSigned("desktop", signed, [own.publicKey]), false);
  for (
    const changed of [
      { head: "fedcba9876543210.43" },
      { life: { ...LIFE, n: 4 } },
      { life: { ...LIFE, restoredMs: 1 } },
      { life: { ...LIFE, nonce: "f".repeat(16) } },
      { signature: "A".repeat(86) },
    ]
  ) assertEquals(isLifeSigned("laptop", { ...signed, ...changed }, [own.publicKey]), false);
});

Deno.test("what has changed is signed anew, and what has not is said again", () => {
  const { privateKey, publicKey } = newKey();
  const signer = new LifeSigner("laptop", privateKey);
  const words = { life: LIFE, head: HEAD };
  const first = signer.sign(words);
  assertStrictEquals(signer.sign({ ...words }), first);
  for (const changed of [{ head: "fedcba9876543210.43" }, { life: { ...LIFE, n: 4 } }]) {
    const signed = signer.sign({ ...words, ...changed });
    assertEquals(signed, signLife("laptop", { ...words, ...changed }, privateKey));
    assertEquals(isLifeSigned("laptop", signed, [publicKey]), true);
  }
});
