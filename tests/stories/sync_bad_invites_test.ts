import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openDeviceStore } from "../../lib/cli/device/open_device_store.ts";
import { resolvePaths } from "../../lib/config/paths.ts";
import { loadIdentity } from "../../lib/runtime/identity.ts";
import { syncContext } from "../../lib/runtime/network.ts";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import type { Ended } from "../support/devices/home.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

const MINUTE_MS = 60_000;

interface PeerJson {
  readonly name: string;
  readonly fingerprint: string;
}

Deno.test("an invitation that is none is refused by what is wrong with it", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  const { payload } = await alice.invite();
  const changed = payload.replace(/.$/, (last) => last === "A" ? "B" : "A");
  const cases: readonly [text: string, message: string][] = [
    [payload.slice(0, -40), "cut off"],
    [payload.slice(0, 3), "cut off"],
    [changed, ""],
    ["", "empty"],
    ["https://example.org/pair?token=1", "web page"],
    ['{"device_id":"x"}', "JSON"],
    ["cm9.eyJ4IjoxfQ", "version 9"],
    ["hello", "does not begin with cm1."],
    ["x".repeat(20_000), "too long"],
  ];
  const before = await bob.snapshot();
  for (const [text, message] of cases) {
    const refused = await bob.accept(text);
    assertRefused(refused, 2, message);
    assertEquals(refused.stdout, "", text);
  }
  assertEquals(await bob.snapshot(), before);
  assertEquals(await peers(bob), []);
  assertRefused(await alice.accept(payload), 2, "made on this device");
  // A whole pasted command is as good as its payload, also broken over lines and in other quotes.
  const pasted = `  codemem sync pair --accept "${payload.slice(0, 60)}\n${payload.slice(60)}" `;
  assertEquals((await bob.accept(pasted)).code, 0);
});

Deno.test("an invitation is good once", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using carol = await SyncHome.named("carol");
  await using _serve = await alice.serve();
  const { payload } = await alice.invite();
  assertEquals((await bob.accept(payload)).code, 0);
  const [ofAlice, ofBob] = [await peers(alice), await peers(bob)];
  for (const home of [bob, carol]) assertRefused(await home.accept(payload), 2, "has been used");
  assertEquals(await peers(alice), ofAlice);
  assertEquals(await peers(bob), ofBob);
  assertEquals(await peers(carol), []);
  assertEquals((await bob.json<{ code: string }[]>("sync", "attempts")).length, 0);
});

Deno.test("an expired invitation is refused by both sides", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const payload = await inviteMadeAgo(alice, 60 * MINUTE_MS);
  for (const reachable of [false, true]) {
    await using _serve = reachable ? await alice.serve() : undefined;
    const refused = await bob.accept(payload, "--json");
    assertRefused(refused, 2, "has expired");
    assertEquals(JSON.parse(refused.stderr.trim().split("\n").at(-1)!).error, "invite_expired");
  }
  assertEquals([await peers(alice), await peers(bob)], [[], []]);
});

Deno.test("a known device with another key is let in only by --replace-key on both sides", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  const [pinned] = await peers(alice);
  const offered = await giveAnotherKey(bob);
  assert(offered !== pinned!.fingerprint);

  const refused = await bob.accept((await alice.invite()).payload);
  assertRefused(refused, 3, "known with another key");
  assertStringIncludes(refused.stderr, "--replace-key");
  for (const fingerprint of [pinned!.fingerprint, offered]) {
    assertStringIncludes(refused.stderr, fingerprint);
  }
  assertEquals(await peers(alice), [pinned!]);
  assertEquals((await bob.run(["sync", "once"])).code, 3);

  assertEquals((await bob.accept((await alice.invite("--replace-key")).payload)).code, 0);
  assertEquals((await peers(alice))[0]!.fingerprint, offered);
  await bob.syncOnce();
});

Deno.test("who accepts is shown both keys of an inviter that has another one", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  await pairHomes(alice, bob);
  await serving.stop();
  const [pinned] = await peers(bob);
  const offered = await giveAnotherKey(alice);
  await using _serve = await alice.serve();
  const { payload } = await alice.invite();

  const refused = await bob.accept(payload);
  assertRefused(refused, 3, "known with another key");
  for (const fingerprint of [pinned!.fingerprint, offered]) {
    assertStringIncludes(refused.stderr, fingerprint);
  }
  assertEquals(await peers(bob), [pinned!]);
  assertEquals((await bob.run(["sync", "once"])).code, 3);
  assertEquals((await bob.accept(payload, "--replace-key")).code, 0);
  assertEquals((await peers(bob))[0]!.fingerprint, offered);
  await bob.syncOnce();
});

function assertRefused({ code, stderr }: Ended, expected: number, message: string): void {
  assertEquals(code, expected, stderr);
  assertStringIncludes(stderr, message);
  assertStringIncludes(stderr, "\nhint: ");
}

async function peers(home: SyncHome): Promise<PeerJson[]> {
  const found = await home.json<PeerJson[]>("sync", "peers", "list");
  return found.map(({ name, fingerprint }) => ({ name, fingerprint }));
}

/** An invitation as a device would have made it some time ago. */
async function inviteMadeAgo(home: SyncHome, agoMs: number): Promise<string> {
  const nowMs = () => Date.now() - agoMs;
  const paths = resolvePaths({ CODEMEM_HOME: home.folder });
  const store = await openDeviceStore(paths, nowMs);
  try {
    const settings = { deviceName: home.name, syncKeyStore: "file" } as const;
    const place = { store, keysDir: paths.keys, settings };
    const identity = await loadIdentity(place);
    const { payload } = makeInvite(syncContext({ store, identity, version: "0.0.0", nowMs }), {
      addresses: [home.address],
      replaceKey: false,
      pinned: false,
    });
    return payload;
  } finally {
    store.close();
  }
}

/** Lets a device forget its key and make another one under the same id; returns the fingerprint. */
async function giveAnotherKey(home: SyncHome): Promise<string> {
  await Deno.remove(home.path("keys"), { recursive: true });
  const database = new DatabaseSync(home.path("codemem.db"));
  database.exec("UPDATE sync_device SET public_key = NULL, fingerprint = NULL, certificate = NULL");
  database.close();
  return (await home.json<{ fingerprint: string }>("sync", "enable")).fingerprint;
}
