import { assertEquals } from "@std/assert";
import { DialLog } from "../support/devices/dial_log.ts";
import type { LabHost } from "../support/lab/lab_host.ts";
import { eventually } from "../support/eventually.ts";
import { LabHome } from "../support/lab/lab_home.ts";
import { pairHomes } from "../support/devices/loopback_home.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

const DISCOVERED = "10.77.0.2:7337";
const LAST_GOOD = "10.88.0.2:7337";
const TAILSCALE = "100.64.0.2:7337";
const OTHER = "10.88.0.3:7337";
/** In the order in which they should be tried. */
const TIERS = [DISCOVERED, LAST_GOOD, TAILSCALE, OTHER];

Deno.test(
  labTest("a peer is dialled where it was seen, last met, on the tailnet, elsewhere"),
  async () => {
    await using lan = await makeLan("order", ["alice", "bob"]);
    const { alice: aliceHost, bob: bobHost } = lan.hosts;
    await using alice = await LabHome.on(aliceHost);
    await using bob = await LabHome.on(bobHost);
    await pairAtFurtherAddresses(alice, bob);
    await using _bob = await bob.serve();

    await bobHost.block({ protocol: "tcp", port: 7337 });
    {
      await using log = new DialLog(aliceHost);
      await using _alice = await alice.serve();
      // At the start alice may dial before she has seen bob; that she sees him makes her dial again.
      await eventually(() => log.dialled.join(" "), () => log.holds(TIERS), 40_000);
    }
  },
);

Deno.test(labTest("one pass by command finds a peer at whichever address is left"), async () => {
  await using lan = await makeLan("fallback", ["alice", "bob"]);
  const { alice: aliceHost, bob: bobHost } = lan.hosts;
  await using alice = await LabHome.on(aliceHost);
  await using bob = await LabHome.on(bobHost);
  await pairAtFurtherAddresses(alice, bob);
  assertEquals(alice.store.peers.list()[0]!.addresses.includes(DISCOVERED), false);
  await using _bob = await bob.serve();
  await bob.discoverable();

  for (const reachable of TIERS) {
    metLastAt(alice, LAST_GOOD);
    await blockAllBut(bobHost, reachable);
    const { code, stderr } = await alice.run(["sync", "once"]);
    assertEquals(code, 0, `${reachable}: ${stderr}`);
    assertEquals(alice.store.peers.list()[0]!.lastGoodAddress, reachable);
    await bobHost.unblock();
  }
});

/** Pairs two devices of which one knows the other by addresses that no advert will have. */
async function pairAtFurtherAddresses(alice: LabHome, bob: LabHome): Promise<void> {
  for (const address of [LAST_GOOD, TAILSCALE, OTHER].map(hostOf)) {
    await bob.host.addAddress(`${address}/32`, "lo");
    await alice.host.addRoute(`${address}/32`, hostOf(DISCOVERED));
  }
  // The tailnet comes last, as an invitation may have it.
  await bob.text("config", "set", "sync_advertise", `${OTHER},${TAILSCALE}`);
  {
    await using _serve = await bob.serve();
    await pairHomes(bob, alice);
  }
  await bob.text("config", "set", "sync_advertise", "auto");
  metLastAt(alice, LAST_GOOD);
  // Nobody may dial alice: it is her dials that are looked at.
  await alice.host.block({ protocol: "tcp", port: 7337 });
}

async function blockAllBut(host: LabHost, reachable: string): Promise<void> {
  for (const address of TIERS) {
    if (address === reachable) continue;
    await host.block({ protocol: "tcp", port: 7337, to: hostOf(address) });
  }
}

/** Makes an address the one where the only peer has proven itself last. */
function metLastAt(home: LabHome, address: string): void {
  const peer = home.store.peers.list()[0]!;
  home.store.peers.recordContact(peer, { address, certificate: peer.certificate! });
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}
