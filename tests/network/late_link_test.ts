import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { HeardMdns } from "../support/mdns/heard_mdns.ts";
import { LabHome, meet } from "../support/lab/lab_home.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

/** A device without any network looks around rarely. */
const NOTICED_MS = 30_000;

Deno.test(
  labTest("an adapter that is plugged in while a device runs is used, and so is the next one"),
  async () => {
    await using lan = await makeLan("late", ["alice", "bob", "ear"]);
    await using alice = await LabHome.on(lan.hosts.alice);
    await using bob = await LabHome.on(lan.hosts.bob);
    await using _bob = await bob.serve();
    await pairHomes(bob, alice);
    await alice.host.detach();
    await using heard = await HeardMdns.on(lan.hosts.ear, "eth0", "10.77.0.3");
    await using aliceServing = await alice.serve();
    assertEquals((await alice.status()).mdns.active, false);

    for (const [name, host] of [["usb0", "10.77.0.21"], ["usb1", "10.77.0.22"]] as const) {
      await alice.host.attach(lan.bridge, { name, address: `${host}/24` });
      // Nothing but an advert can tell bob of this address.
      const isDialled = () => bob.store.peers.list()[0]!.lastGoodAddress === `${host}:7337`;
      await eventually(`bob dials alice at ${host}`, isDialled, NOTICED_MS);
      await meet(alice, bob);
      if (name === "usb0") await alice.host.detach(name);
    }

    await aliceServing.stop();
    await eventually("alice says goodbye", () => heard.hasGoodbye());
  },
);
