/** A paired device that would silence another one, by saying that it has met a later copy of it. */
import { assertEquals } from "@std/assert";
import { signLife } from "../../lib/auth/life_signature.ts";
import { formatCursor } from "../../lib/model/cursor.ts";
import type { SignedLife } from "../../lib/model/life.ts";
import { type CallerStanding, statusTarget } from "../../lib/protocol/status_query.ts";
import { checkLives } from "../../lib/sync/standing/check_lives.ts";
import { CodememError } from "../../lib/errors.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { send, signed } from "../support/attackers/raw_client.ts";
import { rotate } from "../support/devices/rotate.ts";

const NONCE = "f".repeat(16);

Deno.test("a peer that claims a fork is not spoken to, and all others are", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await using mallory = await startDevice("mallory", { loop: false });
  for (const other of [carol, mallory]) await pair(alice, other);
  const { head, life } = own(alice);
  const beyond = formatCursor({ ...alice.store.log.head(), seq: 999_999 });
  const later = { ...life, n: life.n + 1, nonce: NONCE };
  const byMallory = (words: { life: typeof life; head: string }): SignedLife =>
    signLife(alice.store.deviceId, words, mallory.identity.privateKey);
  const genuine = signLife(alice.store.deviceId, { life, head }, alice.identity.privateKey);
  const claims: CallerStanding[] = [
    { knownHead: beyond },
    { knownLife: byMallory({ life: later, head }) },
    { knownLife: byMallory({ life: { ...life, restoredMs: 2 ** 50 }, head }) },
    { knownLife: { ...genuine, life: later } },
    { knownLife: signLife(carol.store.deviceId, { life: later, head }, carol.identity.privateKey) },
  ];
  for (const claim of claims) {
    assertEquals(await claimTo(alice, mallory, claim), [409, "fork_unproven"]);
    assertEquals(alice.store.lives.forkedAt(), null);
  }
  // A head that is not signed is no proof, whatever life it comes with.
  assertEquals(
    (await claimTo(alice, mallory, { knownLife: { ...genuine, head: beyond } }))[0],
    200,
  );
  alice.store.memories.remember({ kind: "note", title: "goes on", body: "" });
  assertEquals((await sync(carol, alice)).result?.identical, true);
  assertEquals((await sync(alice, carol)).result?.identical, true);
});

Deno.test("what a device has signed itself is believed, also after it has rotated its key", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const { head, life } = own(alice);
  // As the copy that has gone on has told.
  const word = { life: { ...life, n: life.n + 1, nonce: NONCE }, head };
  const knownLife = signLife(alice.store.deviceId, word, alice.identity.privateKey);
  await rotate(alice);
  assertEquals(await claimTo(alice, bob, { knownLife }), [409, "device_forked"]);
  assertEquals(alice.store.lives.forkedAt() !== null, true);
});

Deno.test("what is signed by a key that was rotated away is nothing once the peer knows the next one", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using mallory = await startDevice("mallory", { loop: false });
  await pair(alice, mallory);
  const { head, life } = own(alice);
  const stolen = alice.identity.privateKey;
  const word = { life: { ...life, n: life.n + 99, nonce: NONCE }, head };
  const knownLife = signLife(alice.store.deviceId, word, stolen);
  await rotate(alice);
  await sync(alice, mallory);
  await rotate(alice);
  await sync(alice, mallory);
  assertEquals(await claimTo(alice, mallory, { knownLife }), [409, "fork_unproven"]);
  assertEquals(alice.store.lives.forkedAt(), null);
});

Deno.test("so it is where the peer has followed by calling, as one that nobody can dial", async () => {
  await using alice = await startDevice("alice", { loop: false });
  let nowMs = Date.now();
  await using bob = await startDevice("bob", { loop: false, nowMs: () => nowMs });
  await pair(bob, alice);
  const first = own(bob);
  const stolen = bob.identity.privateKey;
  await rotate(bob);
  await sync(alice, bob);
  assertEquals(bob.store.peers.find(alice.store.deviceId)!.rotationTold, 0);
  // Half a minute later it is noted again that the peer was here.
  nowMs += 60_000;
  await sync(alice, bob);
  const life = { ...first.life, n: first.life.n + 99, nonce: NONCE };
  const knownLife = signLife(bob.store.deviceId, { life, head: first.head }, stolen);
  assertEquals(await claimTo(bob, alice, { knownLife }), [409, "fork_unproven"]);
  assertEquals(bob.store.lives.forkedAt(), null);
});

Deno.test("an answer is believed no more than a question", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using mallory = await startDevice("mallory", { loop: false });
  await pair(alice, mallory);
  const knownHead = formatCursor({ ...alice.store.log.head(), seq: 999_999 });
  const peer = alice.store.peers.find(mallory.store.deviceId)!;
  let code: string | undefined;
  try {
    checkLives(alice.context, peer, { knownHead });
  } catch (error) {
    code = error instanceof CodememError ? error.code : String(error);
  }
  assertEquals([code, alice.store.lives.forkedAt()], ["fork_unproven", null]);
});

Deno.test("a copy that has rotated its key and is found out hands it to nobody", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const { deviceId, fingerprint } = alice.identity;
  await rotate(alice);
  alice.store.lives.markForked({ restoredMs: 0 });
  for (const [from, to] of [[alice, bob], [bob, alice]] as const) {
    assertEquals((await sync(from, to)).result, undefined);
    assertEquals(bob.store.peers.find(deviceId)!.fingerprint, fingerprint);
  }
});

function own({ store }: TestDevice) {
  return { life: store.lives.present()!, head: formatCursor(store.log.head()) };
}

/** Has a paired device ask for a status with such words. */
async function claimTo(victim: TestDevice, liar: TestDevice, claim: CallerStanding) {
  const { deviceId, certificatePem } = victim.identity;
  const request = signed(liar.identity, { recipient: deviceId, target: statusTarget(claim) });
  const answerer = { address: victim.address, identity: { deviceId, certificatePem } };
  const { status, json } = await send(answerer, request);
  return [status, json?.error];
}
