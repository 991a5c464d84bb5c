import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { signRequest } from "../../lib/auth/request_signature.ts";
import { parseAddress } from "../../lib/model/address.ts";
import { certificateName } from "../../lib/model/device.ts";
import { openPinnedConnection } from "../../lib/net/pinned_connection.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";

interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

/** A request that Alice signs for Bob, or with parts of her own choice. */
function signed(
  alice: TestDevice,
  bob: TestDevice,
  request: { method: string; target: string; body?: Uint8Array },
  signer: Partial<Parameters<typeof signRequest>[1]> = {},
): WireRequest {
  const headers = signRequest(request, {
    deviceId: alice.identity.deviceId,
    privateKey: alice.identity.privateKey,
    recipient: bob.identity.deviceId,
    createdS: Math.floor(Date.now() / 1_000),
    nonce: crypto.randomUUID().replaceAll("-", ""),
    ...signer,
  });
  return { ...request, headers };
}

/** What the device at the other end says: the code of its refusal, or `200`. */
async function send(to: TestDevice, request: WireRequest): Promise<string> {
  const connection = await openPinnedConnection({
    address: parseAddress(to.address)!,
    certificateName: certificateName(to.identity.deviceId),
    certificatePem: to.identity.certificatePem,
    connectTimeoutMs: 5_000,
  });
  try {
    const limits = { timeoutMs: 5_000, maxResponseBytes: 1_000_000 };
    const { status, body } = await connection.request({ ...request, ...limits });
    if (status === 200) return "200";
    const refusal = JSON.parse(new TextDecoder().decode(body));
    assert(refusal.message.length > 0 && refusal.hint.length > 0, JSON.stringify(refusal));
    return refusal.error;
  } finally {
    connection.close();
  }
}

const STATUS = { method: "GET", target: "/v1/status" };
const OPS = { method: "GET", target: "/v1/ops?limit=5" };
const PUSH = { method: "POST", target: "/v1/ops", body: new TextEncoder().encode('{"ops":[]}') };

Deno.test("only what a paired device signed for this device, now and once, is answered", async (t) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using carol = await startDevice("carol");
  await pair(bob, alice);
  await pair(carol, alice);

  await t.step("the genuine ones are", async () => {
    for (const request of [STATUS, OPS, PUSH]) {
      assertEquals(await send(bob, signed(alice, bob, request)), "200");
    }
  });

  await t.step("an unsigned one is not", async () => {
    assertEquals(await send(bob, { ...STATUS, headers: {} }), "missing_signature");
  });

  await t.step("one of a device that is not paired is not", async () => {
    assertEquals(await send(bob, signed(carol, bob, STATUS)), "unknown_peer");
    const { privateKey } = await newKeyHolder("mallory");
    assertEquals(await send(bob, signed(alice, bob, STATUS, { privateKey })), "invalid_signature");
  });

  await t.step("one that was altered on the way is not", async () => {
    const genuine = signed(alice, bob, OPS);
    const altered: [string, WireRequest][] = [
      ["invalid_signature", { ...genuine, target: "/v1/ops?limit=6" }],
      ["invalid_signature", { ...genuine, target: "/v1/status" }],
      ["invalid_signature", { ...genuine, method: "POST" }],
      ["digest_mismatch", {
        ...signed(alice, bob, PUSH),
        body: new TextEncoder().encode('{"ops":{}}'),
      }],
      ["digest_mismatch", { ...signed(alice, bob, PUSH), body: new Uint8Array() }],
      [
        "invalid_signature",
        edit(genuine, /created=\d+/, (text) => `created=${Number(text.slice(8)) + 1}`),
      ],
      ["invalid_signature", edit(genuine, /nonce="[0-9a-f]+"/, () => `nonce="${"0".repeat(32)}"`)],
      ["unknown_peer", edit(genuine, /keyid="[^"]+"/, () => 'keyid="someone"')],
    ];
    for (const [code, request] of altered) {
      assertEquals(await send(bob, request), code, JSON.stringify(request.headers));
    }
    assertEquals(await send(bob, genuine), "200", "none of this used up the genuine one");
  });

  await t.step("one that was made for another device is not", async () => {
    const forBob = signed(alice, bob, STATUS);
    assertEquals(await send(carol, forBob), "wrong_recipient");
    const renamed = { ...forBob.headers, "codemem-recipient": carol.identity.deviceId };
    assertEquals(await send(carol, { ...forBob, headers: renamed }), "invalid_signature");
  });

  await t.step("one of an hour ago is not, and its sender is told the time", async () => {
    const createdS = Math.floor(Date.now() / 1_000) - 3_600;
    assertEquals(await send(bob, signed(alice, bob, STATUS, { createdS })), "clock_skew");
  });

  await t.step("one that inflates without end is not", async () => {
    const body = gzipSync(new Uint8Array(200_000_000));
    const bomb = signed(alice, bob, { ...PUSH, body });
    const headers = { ...bomb.headers, "content-encoding": "gzip" };
    assertEquals(await send(bob, { ...bomb, headers }), "too_large");
  });

  await t.step("one that was answered before is not, also after a restart", async () => {
    const request = signed(alice, bob, STATUS);
    assertEquals(await send(bob, request), "200");
    assertEquals(await send(bob, request), "replayed_nonce");
    await bob.restart();
    assertEquals(await send(bob, request), "replayed_nonce");
    assertEquals(await send(bob, signed(alice, bob, STATUS)), "200");
  });

  await t.step("one of a device that was removed is not", async () => {
    bob.store.peers.remove(alice.identity.deviceId);
    assertEquals(await send(bob, signed(alice, bob, STATUS)), "peer_removed");
  });
});

/** The request with a part of its `Signature-Input` changed. */
function edit(request: WireRequest, part: RegExp, change: (text: string) => string): WireRequest {
  const input = request.headers["signature-input"]!;
  const changed = input.replace(part, change);
  assert(changed !== input);
  return { ...request, headers: { ...request.headers, "signature-input": changed } };
}
