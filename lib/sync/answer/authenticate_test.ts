import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import type { ErrorCode } from "../../errors.ts";
import { signRequest } from "../../auth/request_signature.ts";
import { newKeyHolder } from "../../../tests/support/attackers/key_holder.ts";
import { createAuthenticator, type PinnedPeer, type TrustStore } from "./authenticate.ts";

const ALICE = await newKeyHolder("alice");
const MALLORY = await newKeyHolder("mallory");
const NOW_MS = 1_766_400_000_000;
const NOW_S = NOW_MS / 1_000;
const MAX_BODY_BYTES = 1_000;

interface Sent {
  method?: string;
  target?: string;
  body?: Uint8Array;
  headers?: Record<string, string>;
  signer?: Partial<Parameters<typeof signRequest>[1]>;
  /** What the signature is made over, where it differs from what is sent. */
  signed?: { method?: string; target?: string; body?: Uint8Array };
}

let made = 0;

function requestOf(
  { method = "GET", target = "/v1/status", body, headers, signer, signed }: Sent,
): Request {
  const signature = signRequest({ method, target, body, ...signed }, {
    deviceId: "alice",
    privateKey: ALICE.privateKey,
    recipient: "bob",
    createdS: NOW_S,
    nonce: (made++).toString(16).padStart(32, "0"),
    ...signer,
  });
  return new Request(`https://localhost${target}`, {
    method,
    headers: { ...signature, ...headers },
    ...(body && { body: new Uint8Array(body) }),
  });
}

class Trust implements TrustStore {
  readonly recorded: string[] = [];
  peer: PinnedPeer | undefined = { ...ALICE, removedAt: null };

  findPeer(deviceId: string): PinnedPeer | undefined {
    return deviceId === this.peer?.deviceId ? this.peer : undefined;
  }

  former: readonly string[] = [];

  formerKeys(): readonly string[] {
    return this.former;
  }

  recordNonce({ peerDeviceId, nonce }: { peerDeviceId: string; nonce: string }): Promise<boolean> {
    const entry = `${peerDeviceId} ${nonce}`;
    const isNew = !this.recorded.includes(entry);
    if (isNew) this.recorded.push(entry);
    return Promise.resolve(isNew);
  }
}

function bob(trust: TrustStore) {
  return createAuthenticator({
    trust,
    deviceId: "bob",
    nowMs: () => NOW_MS,
    maxBodyBytes: MAX_BODY_BYTES,
  });
}

async function verdict(request: Request, trust = new Trust()): Promise<ErrorCode | "ok"> {
  const result = await bob(trust)(request);
  if (result.ok) return "ok";
  assert(result.refusal.message.startsWith("Cannot "));
  assert(result.refusal.hint !== undefined, "every refusal says what to do");
  assertEquals(trust.recorded, [], "nothing is written for a refused request");
  return result.refusal.code;
}

const body = new TextEncoder().encode('{"ops":[]}');

Deno.test("a signed request of a pinned peer is accepted with its body", async () => {
  const result = await bob(new Trust())(requestOf({ method: "POST", target: "/v1/ops", body }));
  assert(result.ok);
  assertEquals(result.peerDeviceId, "alice");
  assertEquals(new TextDecoder().decode(result.body), '{"ops":[]}');
  assertEquals(await verdict(requestOf({})), "ok");
  assertEquals(await verdict(requestOf({ target: "/v1/ops?since=a%2Fb&limit=1" })), "ok");
  assertEquals(await verdict(requestOf({ target: "/v1/ops?" })), "ok");
});

Deno.test("every altered part of a request is refused by its own name", async () => {
  const other = new TextEncoder().encode('{"ops":{}}');
  const cases: [ErrorCode, Sent][] = [
    ["invalid_signature", { signed: { method: "POST" } }],
    ["invalid_signature", { signed: { target: "/v1/statut" } }],
    ["invalid_signature", { signed: { target: "/v1/status?a" } }],
    ["invalid_signature", { signer: { privateKey: MALLORY.privateKey } }],
    ["digest_mismatch", { method: "POST", body, signed: { body: other } }],
    ["digest_mismatch", { signed: { body: other } }],
    ["wrong_recipient", { signer: { recipient: "carol" } }],
    ["invalid_signature", {
      signer: { recipient: "carol" },
      headers: { "codemem-recipient": "bob" },
    }],
    ["clock_skew", { signer: { createdS: NOW_S - 301 } }],
    ["clock_skew", { signer: { createdS: NOW_S + 301 } }],
    ["unknown_peer", { signer: { deviceId: "mallory", privateKey: MALLORY.privateKey } }],
    ["invalid_signature", { headers: { signature: "x" } }],
    ["invalid_signature", { headers: { "signature-input": "x" } }],
    ["invalid_signature", { headers: { "content-digest": "x" } }],
    ["too_large", { method: "POST", body, headers: { "content-length": "1001" } }],
    ["too_large", { method: "POST", body: new Uint8Array(1_001) }],
    ["invalid_request", { method: "POST", body, headers: { "content-encoding": "gzip" } }],
    ["invalid_request", { method: "POST", body, headers: { "content-encoding": "br" } }],
  ];
  for (const [code, sent] of cases) {
    assertEquals(await verdict(requestOf(sent)), code, JSON.stringify({ code, ...sent.headers }));
  }
});

Deno.test("each absent header is a missing signature", async () => {
  for (const name of ["signature", "signature-input", "codemem-recipient", "content-digest"]) {
    const request = requestOf({});
    request.headers.delete(name);
    assertEquals(await verdict(request), "missing_signature", name);
  }
});

Deno.test("a removed peer, and a pin that does not hold together, are refused", async () => {
  const removed = new Trust();
  removed.peer = { ...ALICE, removedAt: "2026-01-01T00:00:00.000Z" };
  assertEquals(await verdict(requestOf({}), removed), "peer_removed");
  const swapped = new Trust();
  swapped.peer = { ...MALLORY, deviceId: "alice", fingerprint: ALICE.fingerprint, removedAt: null };
  const forged = requestOf({ signer: { privateKey: MALLORY.privateKey } });
  assertEquals(await verdict(forged, swapped), "unknown_peer");
});

Deno.test("a skewed caller is told the time", async () => {
  const result = await bob(new Trust())(requestOf({ signer: { createdS: NOW_S - 1_000 } }));
  assert(!result.ok);
  assertEquals(result.refusal.details.server_time, new Date(NOW_MS).toISOString());
});

Deno.test("a request is good once", async () => {
  const trust = new Trust();
  const request = requestOf({ method: "POST", body });
  const authenticate = bob(trust);
  assert((await authenticate(request.clone())).ok);
  const again = await authenticate(request);
  assert(!again.ok);
  assertEquals(again.refusal.code, "replayed_nonce");
});

Deno.test("the body of a caller who is not verified is not read", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(10));
    },
  }, { highWaterMark: 0 });
  const { headers } = requestOf({ method: "POST", signer: { privateKey: MALLORY.privateKey } });
  const request = new Request("https://localhost/v1/status", {
    method: "POST",
    headers,
    body: endless,
  });
  assertEquals(await verdict(request), "invalid_signature");
  assertEquals(pulled, 0);
});

Deno.test("a body without a length is read up to the limit", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled++;
      controller.enqueue(new Uint8Array(100));
    },
  }, { highWaterMark: 0 });
  const { headers } = requestOf({ method: "POST" });
  const request = new Request("https://localhost/v1/status", {
    method: "POST",
    headers,
    body: endless,
  });
  assertEquals(await verdict(request), "too_large");
  assert(pulled <= 12, String(pulled));
});

Deno.test("a gzip body is signed as sent, and inflated up to the limit", async () => {
  const headers = { "content-encoding": "gzip" };
  const small = requestOf({ method: "POST", body: gzipSync(body), headers });
  const result = await bob(new Trust())(small);
  assert(result.ok);
  assertEquals(new TextDecoder().decode(result.body), '{"ops":[]}');
  const bomb = gzipSync(new Uint8Array(100_000));
  assert(bomb.length < MAX_BODY_BYTES);
  assertEquals(await verdict(requestOf({ method: "POST", body: bomb, headers })), "too_large");
});

Deno.test("a caller is told of as proven before its body is read, and never where it is not", async () => {
  const told: boolean[] = [];
  const request = requestOf({ method: "POST", body });
  const onSigned = () => void told.push(request.bodyUsed);
  assert((await bob(new Trust())(request, onSigned)).ok);
  const forged = requestOf({ method: "POST", body, signer: { privateKey: MALLORY.privateKey } });
  assert(!(await bob(new Trust())(forged, onSigned)).ok);
  assertEquals(told, [false]);
});

Deno.test("a caller that signs by a key from which it was followed is told so, one of few", async () => {
  const trust = new Trust();
  const byFormer = () => requestOf({ signer: { privateKey: MALLORY.privateKey } });
  const former = { key: MALLORY.publicKey, others: Array<string>(15).fill(ALICE.publicKey) };
  trust.former = [...former.others, former.key];
  assertEquals(await verdict(byFormer(), trust), "key_superseded");
  trust.former = ["no key", ...former.others, former.key];
  assertEquals(await verdict(byFormer(), trust), "invalid_signature");
  assertEquals(await verdict(requestOf({}), trust), "ok");
});
