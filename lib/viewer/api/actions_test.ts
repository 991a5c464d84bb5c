import { assertEquals } from "@std/assert";
import { pair, startDevice } from "../../../tests/support/devices/device.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { ViewerClient } from "../../../tests/support/viewer/viewer_client.ts";

Deno.test("sync now is refused while sync is off", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const client = await ViewerClient.open(alice);
  assertEquals((await client.send("POST", "/api/sync/actions/disable")).body.sync_enabled, false);
  const attempts = alice.store.attempts.list({ limit: 100 }).length;
  const { status, body } = await client.send("POST", "/api/sync/actions/sync-now");
  assertEquals([status, body.error], [409, "sync_disabled"]);
  assertEquals((await client.get("/api/sync/pairing")).status, 409);
  assertEquals(alice.store.attempts.list({ limit: 100 }).length, attempts);
});

Deno.test("sync now names the peers that it begins with", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const client = await ViewerClient.open(alice);
  const { deviceId } = bob.store;
  const one = await client.send("POST", "/api/sync/actions/sync-now", { peer_device_id: deviceId });
  assertEquals([one.status, one.body], [200, { started: [deviceId] }]);
  await eventually("a pass", () => alice.store.peers.find(deviceId)?.state === "ok");
  const nobody = { peer_device_id: alice.store.deviceId };
  const none = await client.send("POST", "/api/sync/actions/sync-now", nobody);
  assertEquals([none.status, none.body.field], [404, "peer_device_id"]);
});

Deno.test("keys are rotated, the device takes the new one up, and its peer follows", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const client = await ViewerClient.open(alice);
  const before = alice.identity.fingerprint;
  const { status, body } = await client.send("POST", "/api/sync/actions/rotate-keys");
  assertEquals([status, body.sequence, body.previous_fingerprint], [200, 1, before]);
  assertEquals(alice.store.device.record().fingerprint, body.fingerprint);
  const pinned = () => bob.store.peers.find(alice.store.deviceId)?.fingerprint;
  await eventually("bob follows", () => pinned() === body.fingerprint);
  assertEquals((await client.get("/api/sync/status")).body.fingerprint, body.fingerprint);
});
