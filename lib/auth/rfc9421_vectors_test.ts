import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { constants, createHmac, createPublicKey, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { type InnerList, isInnerList, type Item, parseDictionary } from "structured-headers";
import type { Message } from "./http_message.ts";
import { signatureBase } from "./signature_base.ts";
import vectors from "./testdata/rfc9421_vectors.json" with { type: "json" };

interface Key {
  algorithm: string;
  public_key?: string;
  private_key?: string;
  secret?: string;
}

interface WireMessage {
  method?: string;
  target?: string;
  status?: number;
  fields: string[][];
}

const KEYS: Record<string, Key> = vectors.keys;

Deno.test("every signature published in RFC 9421 is judged as the RFC says", async (t) => {
  for (const vector of vectors.vectors) {
    await t.step(vector.name, () => {
      const message = toMessage(vector.message, vector.request);
      const { covered, signature } = signatureOf(message, vector.label);
      const built = signatureBase(message, covered);
      assert("base" in built, "problem" in built ? built.problem : "");
      if (vector.signature_base !== undefined) assertEquals(built.base, vector.signature_base);
      assertEquals(check(KEYS[vector.keyid]!, built.base, signature), vector.valid);
    });
  }
});

Deno.test("the deterministic algorithms reproduce the RFC's signatures byte for byte", () => {
  const again: string[] = [];
  for (const vector of vectors.vectors) {
    const key = KEYS[vector.keyid]!;
    if (vector.signature_base === undefined) continue;
    const { signature } = signatureOf(toMessage(vector.message), vector.label);
    const base = Buffer.from(vector.signature_base, "latin1");
    if (key.private_key !== undefined) {
      assertEquals(sign(null, base, key.private_key).toString("base64"), base64(signature));
    } else if (key.secret !== undefined) {
      assertEquals(base64(hmac(key.secret, vector.signature_base)), base64(signature));
    } else continue;
    again.push(vector.name);
  }
  assertStringIncludes(again.join(), "B.2.5,B.2.6,B.4");
});

Deno.test("one flipped bit in any published signature makes it invalid", () => {
  for (const vector of vectors.vectors.filter(({ valid }) => valid)) {
    const message = toMessage(vector.message, vector.request);
    const { covered, signature } = signatureOf(message, vector.label);
    const built = signatureBase(message, covered);
    assert("base" in built);
    signature[7]! ^= 1;
    assertEquals(check(KEYS[vector.keyid]!, built.base, signature), false, vector.name);
  }
});

function toMessage(message: WireMessage, request?: WireMessage): Message {
  const fields = message.fields.map(([name, value]) => [name!, value!] as const);
  if (message.status === undefined) return toRequest(message);
  return { status: message.status, fields, ...(request && { request: toRequest(request) }) };
}

function toRequest({ method, target, fields }: WireMessage) {
  return {
    method: method!,
    target: target!,
    scheme: "https" as const,
    fields: fields.map(([name, value]) => [name!, value!] as const),
  };
}

function signatureOf(message: Message, label: string) {
  const field = (name: string) => message.fields.find(([key]) => key === name)![1];
  const covered: Item | InnerList = parseDictionary(field("Signature-Input")).get(label)!;
  assert(isInnerList(covered));
  const [bytes] = parseDictionary(field("Signature")).get(label)!;
  assert(bytes instanceof ArrayBuffer);
  return { covered, signature: new Uint8Array(bytes) };
}

function check(key: Key, base: string, signature: Uint8Array): boolean {
  const data = Buffer.from(base, "latin1");
  if (key.algorithm === "hmac-sha256") {
    return base64(hmac(key.secret!, base)) === base64(signature);
  }
  const publicKey = createPublicKey(key.public_key!);
  switch (key.algorithm) {
    case "ed25519":
      return verify(null, data, publicKey, signature);
    case "ecdsa-p256-sha256":
      return verify("sha256", data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
    default: {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify("sha512", data, { key: publicKey, padding, saltLength: 64 }, signature);
    }
  }
}

function hmac(secret: string, base: string): Uint8Array {
  return createHmac("sha256", Buffer.from(secret, "base64")).update(base, "latin1").digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
