import { assertEquals } from "@std/assert";
import { LabHome, meet } from "../support/lab/lab_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

Deno.test(labTest("two devices that have both moved find each other again"), async () => {
  await using pair = await startLabPair("moved");
  const { alice, bob } = pair;
  const stored = [alice, bob].flatMap((home) => home.store.peers.list()[0]!.addresses);
  assertEquals([...new Set(stored)].toSorted(), ["10.77.0.1:7337", "10.77.0.2:7337"]);

  await alice.host.changeAddress("10.77.0.21/24");
  await bob.host.changeAddress("10.77.0.22/24");
  await meet(alice, bob);
  assertEquals((await alice.status()).digest, (await bob.status()).digest);
});

Deno.test(
  labTest("a device that has moved while nothing ran is found when it starts"),
  async () => {
    await using lan = await makeLan("restarted", ["alice", "bob"]);
    await using alice = await LabHome.on(lan.hosts.alice);
    await using bob = await LabHome.on(lan.hosts.bob);
    {
      await using _alice = await alice.serve();
      await pairHomes(alice, bob);
    }
    await lan.hosts.alice.changeAddress("10.77.0.21/24");
    await lan.hosts.bob.changeAddress("10.77.0.22/24");
    const id = await bob.remember("written while nothing ran");
    await using _alice = await alice.serve();
    await using _bob = await bob.serve();
    await alice.receives(id, { withinMs: 15_000 });
  },
);
