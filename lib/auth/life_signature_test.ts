import { assertEquals } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { publicKeyLine } from "./fingerprint.ts";
import { isLifeSigned, signLife } from "./life_signature.ts";

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

Deno.test("what has changed is signed anew, and what has not is signed the same", () => {
  const { privateKey, publicKey } = newKey();
  const said = (deviceId: string, head: string) =>
    signLife(deviceId, { life: LIFE, head }, privateKey);
  const first = said("laptop", HEAD);
  assertEquals(said("laptop", HEAD), first);
  for (const [deviceId, head] of [["laptop", "fedcba9876543210.43"], ["desktop", HEAD]] as const) {
    assertEquals(isLifeSigned(deviceId, said(deviceId, head), [publicKey]), true);
  }
});
