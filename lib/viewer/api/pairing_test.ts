import { assertEquals } from "@std/assert";
import { startDevice } from "../../../tests/support/devices/device.ts";
import { ViewerClient } from "../../../tests/support/viewer/viewer_client.ts";

const PAIRING = "/api/sync/pairing";

Deno.test("a pasted command pairs both devices, also where sync has just been enabled", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob", { settings: { syncEnabled: false } });
  const inviting = await ViewerClient.open(alice);
  const accepting = await ViewerClient.open(bob);
  const { command } = (await inviting.get(PAIRING)).body;
  const enabling = accepting.send("POST", "/api/sync/actions/enable");
  // A terminal breaks the line, and a person copies the prompt with it.
  const payload = `$ ${command.slice(0, 80)}\n${command.slice(80)}\n`;
  await enabling;
  const { status, body } = await accepting.send("POST", `${PAIRING}/accept`, { payload });
  assertEquals([status, body.outcome, body.name], [200, "paired", "alice"]);
  assertEquals(alice.store.peers.list().map(({ name }) => name), ["bob"]);
});

Deno.test("an invitation that nobody has used is the same for every page", async () => {
  await using alice = await startDevice("alice");
  const client = await ViewerClient.open(alice);
  const { payload } = (await client.get(PAIRING)).body;
  assertEquals((await client.get(PAIRING)).body.payload, payload);
});

Deno.test("a known device with another key is refused with both fingerprints", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  const inviting = await ViewerClient.open(alice);
  const accepting = await ViewerClient.open(bob);
  const pinned = "ab".repeat(32);
  bob.store.peers.pin({
    deviceId: alice.store.deviceId,
    name: "alice",
    fingerprint: pinned,
    publicKey: "ssh-ed25519 AAAA",
  }, { addresses: [], replaceKey: false });
  const { payload } = (await inviting.get(PAIRING)).body;
  const refused = await accepting.send("POST", `${PAIRING}/accept`, { payload });
  const { error, pinned: known, offered } = refused.body;
  assertEquals(
    [refused.status, error, known, offered],
    [403, "key_changed", pinned, alice.identity.fingerprint],
  );
  const replacing = { payload, replace_key: true };
  const { status, body } = await accepting.send("POST", `${PAIRING}/accept`, replacing);
  assertEquals([status, body.outcome], [200, "paired"]);
});

Deno.test("where the other machine cannot be reached, the answer finishes the job", async () => {
  await using bob = await startDevice("bob");
  let payload: string;
  {
    await using alice = await startDevice("alice");
    payload = (await (await ViewerClient.open(alice)).get(PAIRING)).body.payload;
  }
  const client = await ViewerClient.open(bob);
  const { status, body } = await client.send("POST", `${PAIRING}/accept`, { payload });
  assertEquals([status, body.outcome, typeof body.reason], [200, "half", "string"]);
  assertEquals(body.command, `codemem sync pair --accept '${body.payload}'`);
});
