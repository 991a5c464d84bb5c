import { assertEquals, assertNotEquals } from "@std/assert";
import { LabHome } from "../support/lab/lab_home.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

Deno.test(labTest("with mDNS switched off, stored addresses carry on"), async () => {
  await using pair = await startLabPair("off", { settings: { sync_mdns: false } });
  const { alice, bob } = pair;
  await assertHealthy(alice);
  assertEquals((await alice.status()).mdns, { enabled: false, active: false, error: null });

  // Nothing but an advert could tell the new addresses.
  await alice.host.changeAddress("10.77.0.21/24");
  await bob.host.changeAddress("10.77.0.22/24");
  const { code } = await alice.run(["sync", "once"]);
  assertEquals(code, 4, "it was found without mDNS");
});

Deno.test(labTest("with mDNS on, the status says that it is active"), async () => {
  await using lan = await makeLan("active", ["alice"]);
  await using alice = await LabHome.on(lan.hosts.alice);
  assertEquals((await alice.status()).mdns, { enabled: true, active: false, error: null });
  await using _serve = await alice.serve();
  await alice.discoverable();
  assertEquals((await alice.status()).mdns, { enabled: true, active: true, error: null });
});

Deno.test(
  labTest("whoever takes up the key of a new peer is not said to be without mDNS"),
  async () => {
    await using lan = await makeLan("newkey", ["alice", "bob"]);
    await using alice = await LabHome.on(lan.hosts.alice);
    await using bob = await LabHome.on(lan.hosts.bob);
    await using _alice = await alice.serve();
    await using _bob = await bob.serve();
    await Promise.all([alice.discoverable(), bob.discoverable()]);
    await pairHomes(alice, bob);
    for (let looks = 0; looks < 3; looks++) {
      for (const home of [alice, bob]) {
        const { active, error } = (await home.status()).mdns;
        assertEquals(active, true, `${home.name}: ${error}`);
      }
    }
  },
);

Deno.test(labTest("with multicast blocked, stored addresses carry on"), async () => {
  await using pair = await startLabPair("blocked", {
    async prepare({ alice, bob }) {
      for (const host of [alice, bob]) {
        await host.block({ protocol: "udp", port: 5353, outgoing: true });
      }
    },
  });
  await assertHealthy(pair.alice);
  await assertAdmitsFailure(pair.alice);
});

Deno.test(labTest("a port 5353 that another program keeps for itself is a warning"), async () => {
  // Of both families, and not to be shared.
  const keeps = `Deno.listenDatagram({ transport: "udp", hostname: "::", port: 5353 });
    console.log("ready");
    setInterval(() => {}, 60_000);`;
  await using pair = await startLabPair("taken", {
    async prepare({ alice }, parts) {
      const taken = parts.use(alice.start(Deno.execPath(), "eval", "--unstable-net", keeps));
      await taken.waitFor(/ready/);
    },
  });
  await assertHealthy(pair.alice);
  await assertAdmitsFailure(pair.alice);
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
