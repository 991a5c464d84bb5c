import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { certificateName } from "../../lib/model/device.ts";
import { pair, startDevice, sync, type TestDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";
import { openConnections } from "../support/attackers/open_connections.ts";
import { holdRequest } from "../support/attackers/held_request.ts";
import { signed } from "../support/attackers/raw_client.ts";
import { openRawTls } from "../support/attackers/raw_tls.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly peers: readonly {
    readonly name: string;
    readonly state: string;
    readonly last_error: string | null;
  }[];
}

Deno.test("removing a peer ends what it waits for, and wakes nobody else", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  await pair(alice, bob);
  await pair(alice, carol);
  const [ofBob, ofCarol] = [await holdRequest(alice, bob), await holdRequest(alice, carol)];
  alice.store.peers.remove(bob.store.deviceId);
  const refused = await ofBob.answer;
  assertEquals([refused.status, refused.json?.error], [403, "peer_removed"]);
  // Had the removal woken carol, her answer would be an empty one.
  alice.store.memories.remember({ kind: "note", title: "for friends", body: "x" });
  const { status, json } = await ofCarol.answer;
  assertEquals([status, (json!.ops as unknown[]).length], [200, 1]);
});

Deno.test("the new discovery key reaches who is left with the next pass, and not who was removed", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await using carol = await startDevice("carol", { loop: false });
  for (const peer of [bob, carol]) {
    await pair(alice, peer);
    await sync(peer, alice);
  }
  const keyAt = ({ store }: TestDevice) => store.peers.find(alice.store.deviceId)!.discoveryKey;
  const before = alice.store.device.discoveryKey();
  assertEquals([keyAt(bob), keyAt(carol)], [before, before]);
  alice.store.peers.remove(bob.store.deviceId);
  const renewed = alice.store.device.discoveryKey();
  assertNotEquals(renewed, before);
  assertEquals((await sync(bob, alice)).error?.code, "peer_removed");
  assertEquals((await sync(carol, alice)).result?.identical, true);
  assertEquals([keyAt(bob), keyAt(carol)], [before, renewed]);
});

Deno.test("no connection of a removed peer stays open, in either direction", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const open = () => openConnections([alice.settings.syncPort, bob.settings.syncPort]);
  // Each waits at the other, and keeps what it passes by.
  await eventually("both are in touch both ways", async () => await open() >= 4);
  alice.store.peers.remove(bob.store.deviceId);
  await eventually("all of them have ended", async () => await open() === 0);
  const seen = bob.store.peers.find(alice.store.deviceId)!;
  await eventually(
    "bob knows why",
    () => bob.store.peers.find(alice.store.deviceId)!.lastErrorCode === "peer_removed",
  );
  assertEquals(seen.removedAt, null);
});

Deno.test("a connection that a removed peer only keeps open is ended, whether it asks or not", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  const { deviceId, certificatePem } = alice.identity;
  const holder = { certificateName: certificateName(deviceId), certificatePem };
  using conn = await openRawTls(alice.settings.syncPort, holder);
  const { headers } = signed(bob.identity, { recipient: deviceId });
  const fields = Object.entries({ host: "device", ...headers }).map(([name, value]) =>
    `${name}: ${value}`
  );
  const head = ["GET /v1/status HTTP/1.1", ...fields, "", ""].join("\r\n");
  await conn.write(new TextEncoder().encode(head));
  const buffer = new Uint8Array(65_536);
  const answer = new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
  assertStringIncludes(answer, "HTTP/1.1 200");
  let isEnded = false;
  const ended = conn.read(buffer).catch(() => null).then(() => isEnded = true);
  alice.store.peers.remove(bob.store.deviceId);
  await eventually("it is ended", () => isEnded);
  await ended;
});

Deno.test("a removal outlives a kill of the device, and a peer that is paired again is one again", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  const serving = await alice.serve();
  await using _bob = await bob.serve();
  await pairHomes(alice, bob);
  const seenBy = async (home: SyncHome) => (await home.json<StatusJson>("sync", "status")).peers[0];
  await eventually("both are in touch", async () => (await seenBy(bob))?.state === "ok");
  await alice.text("sync", "peers", "remove", "bob");
  await serving.stop("SIGKILL");
  await using _again = await alice.serve();
  assertEquals(await alice.json("sync", "peers", "list"), []);
  assertEquals((await bob.run(["sync", "once"])).code, 3);
  await eventually(
    "bob says so",
    async () => (await seenBy(bob))?.last_error?.includes("removed") ?? false,
  );
  await bob.text("remember", "written while removed");
  assert(!(await alice.text("recent")).includes("written while removed"));

  await pairHomes(alice, bob);
  await eventually(
    "what was written meanwhile arrives by itself",
    async () => (await alice.text("recent")).includes("written while removed"),
  );
  await alice.text("remember", "the other way");
  await eventually(
    "and the other way",
    async () => (await bob.text("recent")).includes("the other way"),
  );
});

Deno.test("a removed peer is told so by a device that has rotated its key since", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _serve = await alice.serve();
  await pairHomes(alice, bob);
  await bob.syncOnce();
  await alice.text("sync", "peers", "remove", "bob");
  await alice.text("sync", "rotate-keys");
  const { code, stderr, stdout } = await bob.run(["sync", "once"]);
  assertEquals(code, 3);
  assertStringIncludes(stdout + stderr, "alice has removed this device");
  const [seen] = (await bob.json<StatusJson>("sync", "status")).peers;
  assertEquals(seen?.last_error, "alice has removed this device");
});

Deno.test("a removal that is killed at any time has been done or has not", async () => {
  await using alice = await SyncHome.named("alice");
  await using bob = await SyncHome.named("bob");
  await using _bob = await bob.serve();
  for (let time = 0; time < 4; time++) {
    await pairHomes(bob, alice);
    await using removal = await alice.start(["sync", "peers", "remove", "bob"], /^/);
    await new Promise((resolve) => setTimeout(resolve, 70 * time));
    await removal.stop("SIGKILL");
    const { code, stdout } = await alice.run(["sync", "once", "--json"]);
    const peers = await alice.json<unknown[]>("sync", "peers", "list");
    assertEquals(code, peers.length === 1 ? 0 : 1, stdout);
  }
  assertStringIncludes(await bob.text("sync", "peers", "list"), "alice");
});
