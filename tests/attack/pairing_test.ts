import { assert, assertEquals } from "@std/assert";
import { decodeInvite, type Invite } from "../../lib/protocol/invite.ts";
import { fingerprintOf } from "../../lib/auth/fingerprint.ts";
import { encodePairRequest, pairingProof } from "../../lib/protocol/pairing.ts";
import { tokenIdOf } from "../../lib/model/invite.ts";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import { type KeyHolder, newKeyHolder } from "../support/attackers/key_holder.ts";
import { type RawRequest, send, signed } from "../support/attackers/raw_client.ts";
import { assertRefused } from "../support/refused.ts";

const MALLORY = "11111111-1111-4111-8111-111111111111";
const OTHER = "22222222-2222-4222-8222-222222222222";

Deno.test("only who knows the token of an invitation is paired", async () => {
  await using alice = await startDevice("alice");
  const invite = inviteOf(alice);
  const mallory = await newKeyHolder(MALLORY);
  const otherToken = crypto.getRandomValues(new Uint8Array(16));
  const guessed = asking(mallory, { ...invite, token: otherToken });
  assertRefused(await send(alice, guessed), 403, "invite_unknown", "another token");
  const halfKnown = asking(mallory, { ...invite, token: otherToken }, {
    tokenId: tokenIdOf(invite.token),
  });
  assertRefused(await send(alice, halfKnown), 403, "invite_unknown", "its name but not the token");
  const boundToOther = asking(mallory, invite, { acceptorDeviceId: OTHER });
  assertRefused(await send(alice, boundToOther), 403, "invite_unknown", "proof of another device");
  assertEquals(alice.store.peers.list(), []);
  assertEquals((await send(alice, asking(mallory, invite))).status, 200);
  assertEquals(alice.store.peers.list().map(({ deviceId }) => deviceId), [MALLORY]);
});

Deno.test("only who holds the key that is to be pinned is paired", async () => {
  await using alice = await startDevice("alice");
  const invite = inviteOf(alice);
  const [mallory, victim] = [await newKeyHolder(MALLORY), await newKeyHolder(OTHER)];
  const recipient = alice.store.deviceId;
  const body = asking(victim, invite).body;
  const make = (options: Partial<Parameters<typeof signed>[1]> = {}) =>
    signed(mallory, { recipient, method: "POST", target: "/v1/pair", body, ...options });
  const asVictim = make({ keyid: OTHER });
  assertRefused(await send(alice, asVictim), 401, "invalid_signature", "as the other");
  assertRefused(await send(alice, make()), 401, "invalid_signature", "as oneself");
  const { signature: _none, ...unsigned } = make().headers;
  const without = { ...make(), headers: unsigned };
  assertRefused(await send(alice, without), 401, "missing_signature", "without a signature");
  const broken = { ...make(), headers: { ...make().headers, signature: "sig1=:AA==:" } };
  assertRefused(await send(alice, broken), 401, "invalid_signature", "a broken signature");
  const nowS = Math.floor(Date.now() / 1_000);
  const old = signed(victim, {
    recipient,
    method: "POST",
    target: "/v1/pair",
    body,
    createdS: nowS - 400,
  });
  assertRefused(await send(alice, old), 401, "clock_skew", "an old one");
  const changed = { ...asking(victim, invite), body: asking(mallory, invite).body };
  assertRefused(await send(alice, changed), 400, "digest_mismatch", "another body");
  assertEquals(alice.store.peers.list(), []);
});

Deno.test("a pairing request is for one device and for one time", async () => {
  await using alice = await startDevice("alice");
  await using carol = await startDevice("carol");
  const mallory = await newKeyHolder(MALLORY);
  const other = await newKeyHolder(OTHER);
  const invite = inviteOf(alice);
  const request = asking(mallory, invite);
  assertRefused(await send(carol, request), 403, "wrong_recipient", "captured for another");
  assertEquals((await send(alice, request)).status, 200);
  assertRefused(await send(alice, asking(other, invite)), 403, "invite_used", "another key");
  const first = signed(mallory, { recipient: alice.store.deviceId });
  assertEquals((await send(alice, first)).status, 200);
  assertRefused(await send(alice, request), 403, "invite_used", "replayed");
  alice.store.peers.remove(MALLORY);
  assertRefused(await send(alice, request), 403, "invite_used", "replayed after a removal");
  await alice.restart();
  assertRefused(await send(alice, request), 403, "invite_used", "replayed after a restart");
  assertEquals(alice.store.peers.list(), []);
});

Deno.test("a peer that is removed before it ever spoke cannot come back by its old invitation", async () => {
  await using alice = await startDevice("alice");
  const mallory = await newKeyHolder(MALLORY);
  const request = asking(mallory, inviteOf(alice));
  assertEquals((await send(alice, request)).status, 200);
  alice.store.peers.remove(MALLORY);
  assertRefused(await send(alice, request), 403, "invite_used");
  assertEquals(alice.store.peers.list(), []);
});

Deno.test("a device is not paired with itself, nor with what is not a device", async () => {
  await using alice = await startDevice("alice");
  const invite = inviteOf(alice);
  const mallory = await newKeyHolder(MALLORY);
  const own = asking({ ...mallory, deviceId: alice.store.deviceId }, invite);
  assertRefused(await send(alice, own), 400, "invite_own");
  const recipient = alice.store.deviceId;
  for (
    const body of ["", "null", "[]", '{"protocol":3}', `{"protocol":3,"x":"${"y".repeat(20_000)}"}`]
  ) {
    const request = signed(mallory, { recipient, method: "POST", target: "/v1/pair", body });
    const isLarge = body.length > 16 * 1024;
    assertRefused(
      await send(alice, request),
      isLarge ? 413 : 400,
      isLarge ? "too_large" : "invalid_request",
      body.slice(0, 20),
    );
  }
  const newer = signed(mallory, {
    recipient,
    method: "POST",
    target: "/v1/pair",
    body: '{"protocol":4}',
  });
  assertRefused(await send(alice, newer), 426, "unsupported_protocol");
  assertEquals(alice.store.peers.list(), []);
});

Deno.test("who fails to pair again and again has to wait", async () => {
  let skewMs = 0;
  await using alice = await startDevice("alice", { nowMs: () => Date.now() + skewMs });
  const mallory = await newKeyHolder(MALLORY);
  const wrong = { ...inviteOf(alice), token: new Uint8Array(16) };
  const answers: string[] = [];
  for (let count = 0; count < 25; count++) {
    const { status, json } = await send(alice, asking(mallory, wrong));
    answers.push(`${status} ${json?.error}`);
  }
  assertEquals(answers.filter((answer) => answer === "403 invite_unknown").length, 20);
  assertEquals(answers.slice(20), Array(5).fill("429 too_many_requests"));
  const good = inviteOf(alice);
  assertRefused(await send(alice, asking(mallory, good)), 429, "too_many_requests");
  skewMs = 61_000;
  assertEquals((await send(alice, asking(mallory, good))).status, 200);
  assert(alice.store.digestHolds());
});

function inviteOf(device: TestDevice): Invite {
  const { payload } = makeInvite(device.context, {
    addresses: [device.address],
    replaceKey: false,
    pinned: false,
  });
  return decodeInvite(payload, fingerprintOf);
}

/** The request of `holder` to be paired by `invite`, with some of its proof as told. */
function asking(
  holder: KeyHolder,
  invite: Invite,
  changed: { readonly tokenId?: string; readonly acceptorDeviceId?: string } = {},
): RawRequest {
  const body = encodePairRequest({
    deviceId: holder.deviceId,
    name: "mallory",
    publicKey: holder.publicKey,
    addresses: ["127.0.0.1:1"],
    discoveryKey: null,
    tokenId: changed.tokenId ?? tokenIdOf(invite.token),
    proof: pairingProof(invite.token, {
      inviterDeviceId: invite.deviceId,
      inviterFingerprint: invite.fingerprint,
      acceptorDeviceId: changed.acceptorDeviceId ?? holder.deviceId,
      acceptorPublicKey: holder.publicKey,
    }),
  });
  const recipient = invite.deviceId;
  return signed(holder, { recipient, method: "POST", target: "/v1/pair", body });
}
