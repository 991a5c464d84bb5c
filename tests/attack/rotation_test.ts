import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { signRequest } from "../../lib/auth/request_signature.ts";
import { signRotation } from "../../lib/auth/rotation_statement.ts";
import { parseAddress } from "../../lib/model/address.ts";
import { certificateName } from "../../lib/model/device.ts";
import type { RotationStatement } from "../../lib/model/rotation.ts";
import { listenTls } from "../../lib/net/tls_listener.ts";
import { openPinnedConnection } from "../../lib/net/pinned_connection.ts";
import {
  encodeRotateRequest,
  encodeRotateResponse,
  keysJson,
} from "../../lib/protocol/rotation.ts";
import { issueCertificate } from "../../lib/auth/certificate.ts";
import { type DeviceKey, generateDeviceKey } from "../../lib/identity/device_key.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { send, signed } from "../support/attackers/raw_client.ts";
import { rotate } from "../support/devices/rotate.ts";
import { onFreedPort } from "../support/system/freed_port.ts";

const AT = "2026-01-02T03:04:05.678Z";

function follows(deviceId: string, sequence: number, from: DeviceKey, to: DeviceKey) {
  const { publicKey: oldPublicKey, privateKey: oldKey } = from;
  const { publicKey: newPublicKey, privateKey: newKey } = to;
  const words = { deviceId, sequence, oldPublicKey, newPublicKey, createdAt: AT };
  return signRotation(words, { oldKey, newKey });
}

interface Told {
  readonly deviceId?: string;
  readonly statements: readonly RotationStatement[];
  readonly signer: DeviceKey;
  readonly nonce?: string;
  readonly recipient?: string;
  readonly body?: Uint8Array;
}

/** What the device says to who tells it of keys: the code of its refusal, or `200`. */
async function tell(to: TestDevice, from: TestDevice, told: Told): Promise<string> {
  const { deviceId = from.identity.deviceId, statements, signer } = told;
  const body = told.body ?? encodeRotateRequest({ deviceId, statements });
  const request = { method: "POST", target: "/v1/rotate", body };
  const headers = signRequest(request, {
    deviceId,
    privateKey: signer.privateKey,
    recipient: told.recipient ?? to.identity.deviceId,
    createdS: Math.floor(Date.now() / 1_000),
    nonce: told.nonce ?? crypto.randomUUID().replaceAll("-", ""),
  });
  const connection = await openPinnedConnection({
    address: parseAddress(to.address)!,
    certificateName: certificateName(to.identity.deviceId),
    certificatePem: to.identity.certificatePem,
    connectTimeoutMs: 5_000,
  });
  const limits = { timeoutMs: 5_000, maxResponseBytes: 1_000_000 };
  const { status, body: answer } = await connection.request({ ...request, headers, ...limits });
  connection.close();
  return status === 200 ? "200" : JSON.parse(new TextDecoder().decode(answer)).error;
}

Deno.test("nobody talks a device into another key of its peer", async (t) => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await pair(bob, alice);
  const id = alice.identity.deviceId;
  const pinned = () => bob.store.peers.find(id)!;
  const [first, second, third] = [generateDeviceKey(), generateDeviceKey(), generateDeviceKey()];
  const mallory = generateDeviceKey();
  const genuine = follows(id, 4, alice.identity, first);
  const refused = async (told: Told, code: string) => {
    const before = pinned();
    assertEquals(await tell(bob, alice, told), code);
    assertEquals(pinned().fingerprint, before.fingerprint);
    assertEquals(pinned().rotationAccepted, before.rotationAccepted);
  };

  await t.step("by a statement that the old key has not signed", async () => {
    const byMallory = follows(id, 1, mallory, mallory);
    const forged = {
      ...{ ...byMallory, oldPublicKey: alice.identity.publicKey },
      newPublicKey: mallory.publicKey,
    };
    await refused({ statements: [forged], signer: mallory }, "rotation_invalid");
  });

  await t.step("by a genuine one that the holder of the new key does not send", async () => {
    await refused({ statements: [genuine], signer: mallory }, "invalid_signature");
    await refused({ statements: [genuine], signer: alice.identity }, "invalid_signature");
  });

  await t.step("by a genuine one for another recipient, or of another device", async () => {
    const recipient = carol.identity.deviceId;
    await refused({ statements: [genuine], signer: first, recipient }, "wrong_recipient");
    const deviceId = carol.identity.deviceId;
    await refused({ deviceId, statements: [], signer: carol.identity }, "unknown_peer");
    await refused({ deviceId, statements: [genuine], signer: first }, "unknown_peer");
  });

  await t.step("by more than a chain can have", async () => {
    const body = new TextEncoder().encode(`{"protocol":3,"x":"${"x".repeat(140_000)}"}`);
    await refused({ statements: [], signer: first, body }, "too_large");
    const text = new TextEncoder().encode("{}");
    await refused({ statements: [], signer: first, body: text }, "invalid_request");
  });

  await t.step("while the genuine one is taken, and taken again after a lost answer", async () => {
    const nonce = crypto.randomUUID().replaceAll("-", "");
    assertEquals(await tell(bob, alice, { statements: [genuine], signer: first, nonce }), "200");
    assertEquals(pinned().fingerprint, first.fingerprint);
    await refused({ statements: [genuine], signer: first, nonce }, "replayed_nonce");
    await refused({ statements: [genuine], signer: first }, "200");
  });

  await t.step("by statements out of order, or with an old sequence", async () => {
    const next = follows(id, 5, first, second);
    const last = follows(id, 6, second, third);
    await refused({ statements: [last, next], signer: third }, "rotation_invalid");
    await refused({ statements: [last], signer: third }, "rotation_unlinked");
    const low = follows(id, 4, first, second);
    await refused({ statements: [low], signer: second }, "rotation_replayed");
    assertEquals(await tell(bob, alice, { statements: [next, last], signer: third }), "200");
    assertEquals(pinned().fingerprint, third.fingerprint);
    await refused({ statements: [genuine], signer: first }, "rotation_replayed");
  });

  await t.step("by a second successor, of which the user is told", async () => {
    assertEquals(pinned().keyForkedAt, null);
    const fork = follows(id, 9, first, mallory);
    await refused({ statements: [fork], signer: second }, "invalid_signature");
    assertEquals(pinned().keyForkedAt, null, "whoever sends it does not hold the key");
    await refused({ statements: [fork], signer: mallory }, "rotation_forked");
    assertNotEquals(pinned().keyForkedAt, null);
    assert(bob.runtime.facts.fault?.message.includes("Two keys claim"), "no fault is told");
  });
});

Deno.test("who guesses at keys is not heard for long", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(bob, alice);
  const told = { statements: [], signer: generateDeviceKey() };
  const answers: string[] = [];
  for (let count = 0; count < 22; count++) answers.push(await tell(bob, alice, told));
  assertEquals(answers.filter((code) => code === "invalid_signature").length, 20);
  assertEquals(answers.at(-1), "too_many_requests");
});

/** Answers in the name of a device with a key of its own. */
async function impersonate(device: TestDevice, key: DeviceKey, answer: () => Response) {
  const { deviceId } = device.identity;
  const requests: string[] = [];
  const certificatePem = await issueCertificate({ deviceId, privateKey: key.privateKey });
  const listener = await onFreedPort(() =>
    listenTls({
      ...{ binds: ["127.0.0.1"], port: device.settings.syncPort, certificatePem },
      privateKey: key.privateKey,
      handler: (request) => {
        requests.push(`${request.method} ${new URL(request.url).pathname}`);
        return Promise.resolve(answer());
      },
    })
  );
  return { requests, [Symbol.asyncDispose]: () => listener.close({ graceMs: 0 }) };
}

Deno.test("who answers in the name of a peer with a key of his own is told nothing and believed nothing", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  await rotate(bob);
  const { deviceId, fingerprint } = alice.identity;
  const mallory = generateDeviceKey();
  const own = follows(deviceId, 1, mallory, generateDeviceKey());
  const stolen = follows(deviceId, 1, alice.identity, generateDeviceKey());
  const chain = (statements: readonly RotationStatement[]) =>
    new Response(encodeRotateResponse({ deviceId, statements }));
  const refusal = (error: string, status: number, details = {}) =>
    Response.json({ error, message: "x", ...details }, { status });
  const removed = (...statements: RotationStatement[]) =>
    refusal("peer_removed", 403, { keys: keysJson({ deviceId, statements }) });
  const answers = [
    () => chain([]),
    () => chain([own]),
    () => chain([{ ...own, oldPublicKey: alice.identity.publicKey }]),
    () => chain([{ ...stolen, newPublicKey: mallory.publicKey }]),
    () => chain([stolen]),
    () => new Response("<!doctype html>"),
    () => refusal("peer_removed", 403),
    () => refusal("peer_removed", 403, { keys: "x" }),
    () => removed(),
    () => removed(own),
    () => removed(stolen),
    () => removed({ ...stolen, newPublicKey: mallory.publicKey }),
    () => refusal("rotation_forked", 403),
    () => refusal("clock_skew", 401),
  ];
  await alice.runtime.close();
  for (const answer of answers) {
    await using mocker = await impersonate(alice, mallory, answer);
    const { error } = await sync(bob, alice);
    assertEquals(error?.code, "untrusted_certificate", `${answer}`);
    assertEquals([...new Set(mocker.requests)], ["POST /v1/rotate"], "nothing else is asked");
    const peer = bob.store.peers.find(deviceId)!;
    assertEquals([peer.fingerprint, peer.rotationTold, peer.keyForkedAt], [fingerprint, 0, null]);
  }
});

Deno.test("whoever names a removed peer learns no keys, unless that peer has signed", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(bob, alice);
  await rotate(bob);
  bob.store.peers.remove(alice.identity.deviceId);
  const { deviceId } = alice.identity;
  const body = encodeRotateRequest({ deviceId, statements: [] });
  const answerTo = async ({ privateKey }: DeviceKey) => {
    const request = {
      recipient: bob.identity.deviceId,
      method: "POST",
      target: "/v1/rotate",
      body,
    };
    const { status, json } = await send(bob, signed({ deviceId, privateKey }, request));
    return [status, json?.error, json?.keys !== undefined];
  };
  assertEquals(await answerTo(generateDeviceKey()), [403, "peer_removed", false]);
  assertEquals(await answerTo(alice.identity), [403, "peer_removed", true]);
});

Deno.test("who has proven nothing is told no names", async () => {
  await using alice = await startDevice("alice-of-the-office", { loop: false });
  await using bob = await startDevice("bob-at-home", { loop: false });
  await pair(bob, alice);
  const { deviceId } = alice.identity;
  const [mallory, next] = [generateDeviceKey(), generateDeviceKey()];
  const forged = {
    ...follows(deviceId, 1, mallory, next),
    oldPublicKey: alice.identity.publicKey,
  };
  const bodies = [[], [follows(deviceId, 1, mallory, next)], [forged]]
    .map((statements) => encodeRotateRequest({ deviceId, statements }));
  const ask = async (target: string, body: Uint8Array) => {
    const { status, text } = await send(
      bob,
      signed({ deviceId, privateKey: next.privateKey }, {
        ...{ recipient: bob.identity.deviceId, method: "POST", target, body },
      }),
    );
    assertEquals(status >= 400, true);
    assertEquals(/office|home/.test(text), false, text);
  };
  for (const body of bodies) await ask("/v1/rotate", body);
  bob.store.lives.markForked({ restoredMs: 0 });
  for (const target of ["/v1/rotate", "/v1/pair"]) await ask(target, bodies[0]!);
});
