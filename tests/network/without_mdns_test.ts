import { assertEquals, assertNotEquals } from "@std/assert";
import { LabHome, meet } from "../support/lab_home.ts";
import { pairHomes } from "../support/loopback_home.ts";
import { labTest, makeLan } from "../support/network_lab.ts";

Deno.test(labTest("with mDNS switched off, stored addresses carry on"), async () => {
  await using lan = await makeLan("off", ["alice", "bob"]);
  await using alice = await LabHome.on(lan.hosts.alice, { sync_mdns: false });
  await using bob = await LabHome.on(lan.hosts.bob, { sync_mdns: false });
  {
    await using _alice = await alice.serve();
    await pairHomes(alice, bob);
  }
  await using _alice = await alice.serve();
  await using _bob = await bob.serve();
  await meet(alice, bob);
  await assertHealthy(alice);
  assertEquals((await alice.status()).mdns, { enabled: false, active: false, error: null });

  // Nothing but an advert could tell the new addresses.
  await lan.hosts.alice.changeAddress("10.77.0.21/24");
  await lan.hosts.bob.changeAddress("10.77.0.22/24");
  const { code } = await alice.run(["sync", "once"]);
  assertEquals(code, 4, "it was found without mDNS");
});

Deno.test(labTest("with mDNS on, the status says that it is active"), async () => {
  await using lan = await makeLan("active", ["alice"]);
  await using alice = await LabHome.on(lan.hosts.alice);
  assertEquals((await alice.status()).mdns, { enabled: true, active: false, error: null });
  await using _serve = await alice.serve();
  assertEquals((await alice.status()).mdns, { enabled: true, active: true, error: null });
});

Deno.test(labTest("with multicast blocked, stored addresses carry on"), async () => {
  await using lan = await makeLan("blocked", ["alice", "bob"]);
  for (const host of [lan.hosts.alice, lan.hosts.bob]) {
    await host.block({ protocol: "udp", port: 5353, outgoing: true });
  }
  await using alice = await LabHome.on(lan.hosts.alice);
  await using bob = await LabHome.on(lan.hosts.bob);
  await using _alice = await alice.serve();
  await using _bob = await bob.serve();
  await pairHomes(alice, bob);
  await meet(alice, bob);
  await assertHealthy(alice);
  await assertAdmitsFailure(alice);
});

Deno.test(labTest("a port 5353 that another program keeps for itself is a warning"), async () => {
  await using lan = await makeLan("taken", ["alice", "bob"]);
  // Of both families, and not to be shared.
  const keeps = `Deno.listenDatagram({ transport: "udp", hostname: "::", port: 5353 });
    console.log("ready");
    setInterval(() => {}, 60_000);`;
  await using taken = lan.hosts.alice.start(Deno.execPath(), "eval", "--unstable-net", keeps);
  await taken.waitFor(/ready/);
  await using alice = await LabHome.on(lan.hosts.alice);
  await using bob = await LabHome.on(lan.hosts.bob);
  await using _alice = await alice.serve();
  await using _bob = await bob.serve();
  await pairHomes(alice, bob);
  await meet(alice, bob);
  await assertHealthy(alice);
  await assertAdmitsFailure(alice);
});

/** The system tells the device that nothing gets out: to be active without an error would be a lie. */
async function assertAdmitsFailure(home: LabHome): Promise<void> {
  const { enabled, error } = (await home.status()).mdns;
  assertEquals(enabled, true);
  assertNotEquals(error, null);
}

async function assertHealthy(home: LabHome): Promise<void> {
  const { last_error: lastError, peers } = await home.status();
  assertEquals([lastError, ...peers.map((peer) => peer.last_error)], [null, null]);
  assertEquals(peers.map(({ state }) => state), ["ok"]);
  const attempts = await home.json<{ ok: boolean }[]>("sync", "attempts");
  assertEquals(attempts.filter(({ ok }) => !ok), []);
}
