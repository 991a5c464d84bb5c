import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { constants, createHmac, createPublicKey, sign, verify } from "node:crypto";
import { Buffer } from "node:buffer";
import { parseDictionary } from "structured-headers";
import type { Message } from "./http_message.ts";
import { verifyMessage } from "./verify_message.ts";
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

Deno.test("our verifier judges every signature published in RFC 9421 as the RFC says", async (t) => {
  for (const vector of vectors.vectors) {
    await t.step(vector.name, () => {
      const bases: string[] = [];
      const verdict = verifyMessage(
        toMessage(vector.message, vector.request),
        vector.label,
        (base, signature) => {
          bases.push(Buffer.from(base).toString("latin1"));
          return check(KEYS[vector.keyid]!, base, signature);
        },
      );
      assertEquals(verdict, vector.valid);
      assertEquals(bases.length, 1);
      if (vector.signature_base !== undefined) assertEquals(bases[0], vector.signature_base);
    });
  }
});

Deno.test("the deterministic algorithms reproduce the RFC's signatures byte for byte", () => {
  const again: string[] = [];
  for (const vector of vectors.vectors) {
    const key = KEYS[vector.keyid]!;
    if (vector.signature_base === undefined) continue;
    const signature = signatureOf(toMessage(vector.message), vector.label);
    const base = Buffer.from(vector.signature_base, "latin1");
    if (key.private_key !== undefined) {
      assertEquals(sign(null, base, key.private_key).toString("base64"), base64(signature));
    } else if (key.secret !== undefined) {
      assertEquals(base64(hmac(key.secret, base)), base64(signature));
    } else continue;
    again.push(vector.name);
  }
  assertStringIncludes(again.join(), "B.2.5,B.2.6,B.4");
});

Deno.test("one flipped bit in any published signature makes it invalid", () => {
  for (const vector of vectors.vectors.filter(({ valid }) => valid)) {
    const message = toMessage(vector.message, vector.request);
    const verdict = verifyMessage(message, vector.label, (base, signature) => {
      signature[7]! ^= 1;
      return check(KEYS[vector.keyid]!, base, signature);
    });
    assertEquals(verdict, false, vector.name);
  }
});

Deno.test("a signature under another label, or with a field that cannot be read, is none", () => {
  const { message, label } = vectors.vectors.find(({ name }) => name === "B.2.6")!;
  const verifies = (fields: string[][], asked = label) =>
    verifyMessage(toMessage({ ...message, fields }), asked, () => true);
  assert(verifies(message.fields));
  assert(!verifies(message.fields, "sig1"));
  for (const name of ["Signature", "Signature-Input"]) {
    const others = message.fields.filter(([key]) => key !== name);
    assert(!verifies(others), `no ${name}`);
    for (const value of ["", "(", `${label}`, `${label}=1`]) {
      assert(!verifies([...others, [name, value]]), `${name}: ${value}`);
    }
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

function signatureOf(message: Message, label: string): Uint8Array {
  const field = message.fields.find(([key]) => key === "Signature")![1];
  const [bytes] = parseDictionary(field).get(label)!;
  assert(bytes instanceof ArrayBuffer);
  return new Uint8Array(bytes);
}

function check(key: Key, base: Uint8Array, signature: Uint8Array): boolean {
  if (key.algorithm === "hmac-sha256") {
    return base64(hmac(key.secret!, base)) === base64(signature);
  }
  const publicKey = createPublicKey(key.public_key!);
  switch (key.algorithm) {
    case "ed25519":
      return verify(null, base, publicKey, signature);
    case "ecdsa-p256-sha256":
      return verify("sha256", base, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
    default: {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify("sha512", base, { key: publicKey, padding, saltLength: 64 }, signature);
    }
  }
}

function hmac(secret: string, base: Uint8Array): Uint8Array {
  return createHmac("sha256", Buffer.from(secret, "base64")).update(base).digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
