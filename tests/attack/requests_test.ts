import { assert, assertEquals } from "@std/assert";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";
import {
  contentDigest,
  type RawRequest,
  send,
  signed,
  withHeaders,
} from "../support/attackers/raw_client.ts";
import { assertRefused } from "../support/refused.ts";

const NOBODYS_NONCE = "0123456789abcdef0123456789abcdef";

/** Alice is attacked; Bob is her peer, and so is Carol. */
interface Scene extends AsyncDisposable {
  readonly alice: TestDevice;
  readonly bob: TestDevice;
  readonly carol: TestDevice;
}

async function meet(): Promise<Scene> {
  const [alice, bob, carol] = await Promise.all(
    ["alice", "bob", "carol"].map((name) => startDevice(name)),
  );
  await pair(alice!, bob!);
  await pair(alice!, carol!);
  await pair(carol!, bob!);
  return {
    alice: alice!,
    bob: bob!,
    carol: carol!,
    async [Symbol.asyncDispose]() {
      for (const device of [alice!, bob!, carol!]) await device[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a signed request of a paired device is answered, and only once", async () => {
  await using scene = await meet();
  const { alice, bob } = scene;
  const request = signed(bob.identity, { recipient: alice.store.deviceId });
  const { status, json } = await send(alice, request);
  assertEquals([status, json?.protocol, json?.device_id], [200, 3, alice.store.deviceId]);
  assertRefused(await send(alice, request), 401, "replayed_nonce");
  await alice.restart();
  assertRefused(await send(alice, request), 401, "replayed_nonce");
  const next = signed(bob.identity, { recipient: alice.store.deviceId });
  assertEquals((await send(alice, next)).status, 200);
});

Deno.test("strangers, and peers that were removed, are refused", async () => {
  await using scene = await meet();
  const { alice, bob, carol } = scene;
  const recipient = alice.store.deviceId;
  const mallory = await newKeyHolder("11111111-1111-4111-8111-111111111111");
  assertRefused(await send(alice, signed(mallory, { recipient })), 401, "unknown_peer");
  const asBob = { ...mallory, deviceId: bob.store.deviceId };
  assertRefused(await send(alice, signed(asBob, { recipient })), 401, "invalid_signature");
  const asAlice = { ...mallory, deviceId: recipient };
  assertRefused(await send(alice, signed(asAlice, { recipient })), 401, "unknown_peer");
  alice.store.peers.remove(bob.store.deviceId);
  assertRefused(await send(alice, signed(bob.identity, { recipient })), 403, "peer_removed");
  assertEquals((await send(alice, signed(carol.identity, { recipient }))).status, 200);
});

Deno.test("a request that was captured on its way to one device is nothing to another", async () => {
  await using scene = await meet();
  const { alice, bob, carol } = scene;
  const captured = signed(bob.identity, { recipient: carol.store.deviceId });
  assertRefused(await send(alice, captured), 403, "wrong_recipient");
  const redirected = withHeaders(captured, { "codemem-recipient": alice.store.deviceId });
  assertRefused(await send(alice, redirected), 401, "invalid_signature");
  assertEquals((await send(carol, captured)).status, 200);
});

Deno.test("a request of which anything was altered is refused", async () => {
  await using scene = await meet();
  const { alice, bob, carol } = scene;
  const recipient = alice.store.deviceId;
  const query = () => signed(bob.identity, { recipient, target: "/v1/ops?limit=1" });
  const body = new TextEncoder().encode('{"ops":[{"a":2}]}');
  const push = () =>
    signed(bob.identity, { recipient, method: "POST", target: "/v1/ops", body: '{"ops":[]}' });
  const altered: Readonly<Record<string, readonly [RawRequest, number, string]>> = {
    "its query": [{ ...query(), target: "/v1/ops?limit=2" }, 401, "invalid_signature"],
    "its query, taken away": [{ ...query(), target: "/v1/ops" }, 401, "invalid_signature"],
    "its path": [{ ...query(), target: "/v1/status?limit=1" }, 401, "invalid_signature"],
    "its method": [{ ...push(), method: "PUT" }, 401, "invalid_signature"],
    "its body": [{ ...push(), body }, 400, "digest_mismatch"],
    "its body, taken away": [{ ...push(), body: body.subarray(0, 0) }, 400, "digest_mismatch"],
    "its body and digest": [
      withHeaders({ ...push(), body }, { "content-digest": contentDigest(body) }),
      ...[401, "invalid_signature"] as const,
    ],
    "its digest": [
      withHeaders(query(), { "content-digest": contentDigest(body) }),
      ...[400, "digest_mismatch"] as const,
    ],
    "its recipient": [
      withHeaders(query(), { "codemem-recipient": carol.store.deviceId }),
      ...[403, "wrong_recipient"] as const,
    ],
    "its time": [input(query(), /created=(\d+)(\d)/, later), 401, "invalid_signature"],
    "its end": [input(query(), /expires=(\d+)(\d)/, earlier), 401, "invalid_signature"],
    "its nonce": [
      input(query(), /nonce="[^"]+"/, () => `nonce="${NOBODYS_NONCE}"`),
      ...[401, "invalid_signature"] as const,
    ],
    "its signer": [
      input(query(), /keyid="[^"]+"/, () => `keyid="${carol.store.deviceId}"`),
      ...[401, "invalid_signature"] as const,
    ],
  };
  for (const [what, [request, status, code]] of Object.entries(altered)) {
    assertRefused(await send(alice, request), status, code, what);
  }
  await assertUnharmed(scene);
});

Deno.test("a signature that is not made as it must be is refused", async () => {
  await using scene = await meet();
  const { alice, bob } = scene;
  const recipient = alice.store.deviceId;
  const make = (options: Partial<Parameters<typeof signed>[1]> = {}) =>
    signed(bob.identity, { recipient, ...options });
  const whole = make();
  const nowS = Math.floor(Date.now() / 1_000);
  const all = ["@method", "@path", "@query", "content-digest", "codemem-recipient"];
  const twice = {
    "signature-input": `${whole.headers["signature-input"]}, ${
      whole.headers["signature-input"]!.replace("sig1", "sig2")
    }`,
    signature: `${whole.headers.signature}, ${whole.headers.signature!.replace("sig1", "sig2")}`,
  };
  const cases: readonly (readonly [string, RawRequest, string])[] = [
    ...Object.keys(whole.headers).map((name) =>
      [`no ${name}`, withHeaders(make(), { [name]: undefined }), "missing_signature"] as const
    ),
    ["another tag", make({ tag: "codemem-sync-2" }), "invalid_signature"],
    ["another algorithm", make({ alg: "hmac-sha256" }), "invalid_signature"],
    ["two signatures", withHeaders(make(), twice), "invalid_signature"],
    ...all.map((name) =>
      [
        `without ${name}`,
        make({ components: all.filter((each) => each !== name) }),
        "invalid_signature",
      ] as const
    ),
    ["nothing covered", make({ components: [] }), "invalid_signature"],
    ["one covered twice", make({ components: [...all, "@method"] }), "invalid_signature"],
    ["another order", make({ components: all.toReversed() }), "invalid_signature"],
    ["a short nonce", make({ nonce: "00" }), "invalid_signature"],
    ["a life too long", make({ expiresS: nowS + 100_000 }), "invalid_signature"],
    ["expired before it was made", make({ expiresS: nowS - 1 }), "invalid_signature"],
    ["an empty signature", withHeaders(make(), { signature: "sig1=::" }), "invalid_signature"],
    ["not base64", withHeaders(make(), { signature: "sig1=:*:" }), "invalid_signature"],
    ["zeros", withHeaders(make(), { signature: zeros() }), "invalid_signature"],
    ["from the past", make({ createdS: nowS - 330 }), "clock_skew"],
    ["expired", make({ createdS: nowS - 60, expiresS: nowS - 30 }), "clock_skew"],
    ["from the future", make({ createdS: nowS + 330 }), "clock_skew"],
    ["from the far future", make({ createdS: 99_999_999_999 }), "clock_skew"],
  ];
  for (const [what, request, code] of cases) {
    assertRefused(await send(alice, request), 401, code, what);
  }
  await assertUnharmed(scene);
});

Deno.test("nobody but a verified caller can make a device write a nonce", async () => {
  await using scene = await meet();
  const { alice, bob, carol } = scene;
  const nonce = NOBODYS_NONCE;
  const forged = signed(carol.identity, {
    recipient: alice.store.deviceId,
    keyid: bob.store.deviceId,
    nonce,
  });
  assertRefused(await send(alice, forged), 401, "invalid_signature");
  const real = signed(bob.identity, { recipient: alice.store.deviceId, nonce });
  assertEquals((await send(alice, real)).status, 200);
});

function input(
  request: RawRequest,
  part: RegExp,
  change: (whole: string, head: string, last: string) => string,
): RawRequest {
  const text = request.headers["signature-input"]!;
  assert(part.test(text));
  return withHeaders(request, { "signature-input": text.replace(part, change) });
}

function later(whole: string, head: string, last: string): string {
  const number = Number(head + last);
  return whole.replace(/\d+/, String(number + 1));
}

function earlier(whole: string, head: string, last: string): string {
  const number = Number(head + last);
  return whole.replace(/\d+/, String(number - 1));
}

function zeros(): string {
  return `sig1=:${"A".repeat(86)}==:`;
}

async function assertUnharmed({ alice, bob }: Scene): Promise<void> {
  const request = signed(bob.identity, { recipient: alice.store.deviceId });
  assertEquals((await send(alice, request)).status, 200);
  assert(alice.store.digestHolds());
}
