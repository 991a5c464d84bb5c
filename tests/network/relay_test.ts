import { assertEquals } from "@std/assert";
import { LabHome, meet } from "../support/lab/lab_home.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

Deno.test(
  labTest("what one end of a chain writes is at the other end within seconds"),
  async () => {
    await using lan = await makeLan("relay", ["alice", "bob", "carol"]);
    await using alice = await LabHome.on(lan.hosts.alice);
    await using bob = await LabHome.on(lan.hosts.bob);
    await using carol = await LabHome.on(lan.hosts.carol);
    await using _alice = await alice.serve();
    await using _bob = await bob.serve();
    await using _carol = await carol.serve();
    await pairHomes(bob, alice);
    await pairHomes(bob, carol);
    await meet(alice, bob);
    await meet(bob, carol);

    const there = await alice.remember("from alice");
    const thereMs = await carol.receives(there, { withinMs: 15_000 });
    const back = await carol.remember("from carol");
    const backMs = await alice.receives(back, { withinMs: 15_000 });
    console.log(`relayed within ${Math.round(thereMs)} and ${Math.round(backMs)} ms`);
    for (const end of [alice, carol]) {
      assertEquals(end.store.peers.list().map(({ name }) => name), ["bob"]);
    }
  },
);
