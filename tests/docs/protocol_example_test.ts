/** The numbers in docs/protocol.md, held against the code and against plain cryptography. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  verify,
} from "node:crypto";
import { issueCertificate } from "../../lib/auth/certificate.ts";
import { contentDigestMatches } from "../../lib/auth/content_digest.ts";
import { fingerprintOf, publicKeyLine } from "../../lib/auth/fingerprint.ts";
import { readSignature, signRequest, verifySignature } from "../../lib/auth/request_signature.ts";
import { isSignedByBoth, signRotation } from "../../lib/auth/rotation_statement.ts";
import { CodememError, isErrorCode } from "../../lib/errors.ts";
import { addVersion, EMPTY_DIGEST, formatDigestSum, type Version } from "../../lib/model/digest.ts";
import { decodeOp, type Op } from "../../lib/model/op.ts";
import { decodeInvite } from "../../lib/protocol/invite.ts";
import { encodeOpPage } from "../../lib/protocol/op_page.ts";
import { decodePairRequest, pairingProof } from "../../lib/protocol/pairing.ts";
import { decodePushBody, encodePushBody } from "../../lib/protocol/push.ts";
import { decodeRotateRequest, encodeRotateRequest } from "../../lib/protocol/rotation.ts";
import { encodeRefusal, TOLD_CODES } from "../../lib/protocol/refusal.ts";
import { block, readDoc, tableRows } from "./read_doc.ts";

const doc = await readDoc("docs/protocol.md");
const text = (name: string) => block(doc, name);

Deno.test("the keys of the example have the lines and fingerprints shown", () => {
  assertEquals(text("laptop-key"), keyAndFingerprint(secretKey(0x00)));
  assertEquals(text("desk-key"), keyAndFingerprint(secretKey(0x20)));
});

Deno.test("the certificate of the example is the one that the key gives", async () => {
  const issued = await issueCertificate({ deviceId: "laptop", privateKey: secretKey(0x00) });
  assertEquals(`${text("laptop-certificate")}\n`, issued);
});

Deno.test("the op of the example has the payload, the hashes and the digest shown", () => {
  const op = exampleOp();
  assertEquals(op.payload, text("payload"));
  assertEquals(op.payloadHash, text("payload-hash"));
  assertEquals(hash("sha256", text("payload"), "hex"), text("payload-hash"));
  assertEquals(hash("sha256", text("version"), "hex"), text("version-hash"));
  const one = addVersion(EMPTY_DIGEST, op);
  assertEquals(formatDigestSum(one.sum), text("version-hash"));
  const tombstone: Version = {
    entityId: "16fd2706-8baf-433b-82eb-8c7fada847da",
    opType: "delete",
    clock: { rev: 3, updatedAt: "2026-01-03T00:00:00.000Z", deviceId: "desk" },
    payloadHash: "",
  };
  assertEquals(formatDigestSum(addVersion(EMPTY_DIGEST, tombstone).sum), text("tombstone-hash"));
  const both = addVersion(one, tombstone);
  assertEquals([both.live, both.tombstones], [1, 1]);
  assertEquals(formatDigestSum(both.sum), text("digest"));
  const sum = BigInt(`0x${text("version-hash")}`) + BigInt(`0x${text("tombstone-hash")}`);
  assertEquals(formatDigestSum(sum % (1n << 256n)), text("digest"));
});

Deno.test("an op leaves and is read in the form of the example", () => {
  const sent = new TextDecoder().decode(encodePushBody([text("op")]));
  assertEquals(sent, parseRequest("push-request").body);
  const page = encodeOpPage({ ops: [text("op")], nextCursor: "e.1", hasMore: false, head: "e.1" });
  assertEquals(JSON.parse(page).ops, [...decodePushBody(Buffer.from(sent))]);
});

for (const name of ["push", "pull"]) {
  Deno.test(`the ${name} request of the example verifies, by its text and by the code`, () => {
    const request = parseRequest(`${name}-request`);
    const signature = request.headers.get("signature")!;
    const bytes = Buffer.from(signature.slice("sig1=:".length, -1), "base64");
    const publicKey = createPublicKey(secretKey(0x00));
    assert(verify(null, Buffer.from(text(`${name}-base`)), publicKey, bytes), "the base as shown");
    const reading = readSignature(request);
    assert(reading.ok);
    assert(verifySignature(reading.signature, request, publicKey));
    assert(contentDigestMatches(reading.signature.digest, Buffer.from(request.body)));
    assert(!verifySignature(reading.signature, { ...request, target: "/v1/status" }, publicKey));
  });

  Deno.test(`signing the ${name} request anew gives the fields of the example`, () => {
    const { method, target, body, headers } = parseRequest(`${name}-request`);
    const signed = signRequest({ method, target, body: Buffer.from(body) }, {
      deviceId: "laptop",
      privateKey: secretKey(0x00),
      recipient: "desk",
      createdS: 1766400000,
      nonce: /nonce="([0-9a-f]+)"/.exec(headers.get("signature-input")!)![1]!,
    });
    for (const [field, value] of Object.entries(signed)) assertEquals(headers.get(field), value);
    const length = headers.get("content-length") ?? "0";
    assertEquals(Buffer.byteLength(body), Number(length));
  });
}

Deno.test("the invitation of the example is the JSON shown, and is read", () => {
  const json = text("invitation-json");
  assertEquals(text("invitation"), `cm1.${Buffer.from(json).toString("base64url")}`);
  const [open] = json.split(',"check":');
  const check = hash("sha256", open!, "buffer").subarray(0, 4).toString("base64url");
  assertEquals(JSON.parse(json).check, check);
  const invite = decodeInvite(text("invitation"), fingerprintOf);
  assertEquals(Buffer.from(invite.token), exampleToken());
  assertEquals([invite.publicKey, invite.fingerprint].join("\n"), text("desk-key"));
});

Deno.test("the pairing request of the example proves its token", () => {
  const asked = decodePairRequest(Buffer.from(text("pair-body")));
  const [acceptorPublicKey] = text("laptop-key").split("\n") as [string];
  const [, inviterFingerprint] = text("desk-key").split("\n") as [string, string];
  const lines = ["codemem-pair-3", "desk", inviterFingerprint, "laptop", acceptorPublicKey];
  const plain = createHmac("sha256", exampleToken()).update(lines.join("\n")).digest();
  assertEquals(Buffer.from(asked.proof), plain);
  const proof = pairingProof(exampleToken(), {
    inviterDeviceId: "desk",
    inviterFingerprint,
    acceptorDeviceId: "laptop",
    acceptorPublicKey,
  });
  assertEquals(Buffer.from(proof), plain);
  assertEquals(asked.publicKey, acceptorPublicKey);
  assertEquals(asked.tokenId, hash("sha256", exampleToken(), "hex").slice(0, 32));
});

Deno.test("the rotation of the example is signed by both keys, by its text and by the code", () => {
  const told = decodeRotateRequest(Buffer.from(text("rotate-body")));
  assertEquals(new TextDecoder().decode(encodeRotateRequest(told)), text("rotate-body"));
  const [statement] = told.statements;
  assert(statement !== undefined && isSignedByBoth(statement));
  const keys = { oldKey: secretKey(0x00), newKey: secretKey(0x40) };
  assertEquals(signRotation(statement, keys), statement);
  const base = Buffer.from(text("rotation"));
  const { oldSignature, newSignature } = statement;
  assert(verify(null, base, createPublicKey(keys.oldKey), oldSignature), "by the old key");
  assert(verify(null, base, createPublicKey(keys.newKey), newSignature), "by the new key");
});

Deno.test("every refusal in the table is sent with the status shown", () => {
  const rows = tableRows(doc, "code");
  assert(rows.length > 20);
  for (const [code = "", status] of rows) {
    const name = code.replaceAll("`", "");
    assert(isErrorCode(name), `${name} is no code`);
    const sent = encodeRefusal(new CodememError(name, "A message"));
    assertEquals([JSON.parse(sent.body).error, String(sent.status)], [name, status]);
  }
});

Deno.test("the table has every refusal that is sent and no other", () => {
  const codes = tableRows(doc, "code").map(([code = ""]) => code.replaceAll("`", ""));
  assertEquals(codes.toSorted(), [...TOLD_CODES, "internal"].toSorted());
});

/** The key whose 32 secret bytes count up from `first`. */
function secretKey(first: number): KeyObject {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => first + index));
  return createPrivateKey({ key: Buffer.concat([prefix, secret]), format: "der", type: "pkcs8" });
}

function keyAndFingerprint(key: KeyObject): string {
  const line = publicKeyLine(key);
  return `${line}\n${fingerprintOf(line)}`;
}

function exampleToken(): Buffer {
  return Buffer.from(Array.from({ length: 16 }, (_, index) => 0xa0 + index));
}

function exampleOp(): Op {
  const { op } = decodeOp(JSON.parse(text("op")));
  assert(op !== undefined);
  return op;
}

/** A request as the document writes it down. */
function parseRequest(name: string) {
  const [head = "", body = ""] = text(name).split("\n\n");
  const [requestLine = "", ...lines] = head.split("\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const headers = new Headers(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as [string, string];
  }));
  return { method, target, headers, body };
}
