/** Discovery between two hosts, each with a network of its own in the kernel. */
import { assert, assertEquals } from "@std/assert";
import { Discoverer } from "../support/mdns/discoverer.ts";
import type { Told } from "../support/mdns/discovering.ts";
import { labTest, makeLan } from "../support/lab/network_lab.ts";

const ALICE = "a1".repeat(32);
const BOB = "b2".repeat(32);

const isAt = (deviceId: string, address: string) => ({ addresses }: Told) =>
  addresses[deviceId]!.includes(address);
const isGone = (deviceId: string) => ({ addresses }: Told) => addresses[deviceId]!.length === 0;

/** Two hosts on one network. */
type TwoHosts = Awaited<ReturnType<typeof makeLan<"left" | "right">>>;

function networkTest(name: string, fn: (lan: TwoHosts) => Promise<void>): void {
  Deno.test(labTest(name), async () => {
    await using lan = await makeLan("twohosts", ["left", "right"]);
    await fn(lan);
  });
}

function alice({ hosts }: TwoHosts): Discoverer {
  return new Discoverer(hosts.left, { ownKey: ALICE, port: 7337, peerKeys: { bob: BOB } });
}

function bob({ hosts }: TwoHosts): Discoverer {
  return new Discoverer(hosts.right, { ownKey: BOB, port: 7338, peerKeys: { alice: ALICE } });
}

networkTest("two devices find each other", async (lan) => {
  await using left = alice(lan);
  await left.until(({ state }) => state.active);
  await using right = bob(lan);
  await right.until(({ state }) => state.active);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await right.until(isAt("alice", "10.77.0.1:7337"));
  const { seen, faults, addresses } = await left.tell();
  assertEquals(seen[0], "bob");
  assertEquals(faults, []);
  assert(addresses.bob!.every((address) => !address.includes("fe80")), addresses.bob!.join());
});

networkTest("a stranger is found by nobody", async (lan) => {
  await using left = alice(lan);
  const strange = { ownKey: "c3".repeat(32), port: 7338, peerKeys: { alice: "d4".repeat(32) } };
  await using right = new Discoverer(lan.hosts.right, strange);
  await right.until(({ state }) => state.active);
  // When another one who came later is found, what the stranger had to say has been heard.
  await using _later = new Discoverer(lan.hosts.right, { ownKey: BOB, port: 7339, peerKeys: {} });
  await left.until(isAt("bob", "10.77.0.2:7339"));
  assertEquals((await left.tell()).addresses, { bob: ["10.77.0.2:7339"] });
  assertEquals((await right.tell()).addresses, { alice: [] });
});

networkTest("a device that moves to another address is found there", async (lan) => {
  await using left = alice(lan);
  await using right = bob(lan);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await lan.hosts.right.changeAddress("10.77.0.3/24");
  await right.refresh();
  await left.until(isAt("bob", "10.77.0.3:7338"));
  await right.until(isAt("alice", "10.77.0.1:7337"));
});

networkTest("a device that stops is gone", async (lan) => {
  await using left = alice(lan);
  await using right = bob(lan);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await right.stop();
  await left.until(isGone("bob"));
});

networkTest("a device that was killed and started again is found again", async (lan) => {
  await using left = alice(lan);
  await using right = bob(lan);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await right.kill();
  const options = { ownKey: BOB, port: 7339, peerKeys: { alice: ALICE } };
  await using again = new Discoverer(lan.hosts.right, options);
  await again.until(isAt("alice", "10.77.0.1:7337"));
  await left.until(isAt("bob", "10.77.0.2:7339"));
});

networkTest("an interface that went and came back is used again", async (lan) => {
  await using left = alice(lan);
  await using right = bob(lan);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await Promise.all([lan.hosts.left.detach(), lan.hosts.right.detach()]);
  await Promise.all([left.refresh(), right.refresh()]);
  await left.until(({ state }) => !state.active && state.error !== null);
  assertEquals((await left.tell()).addresses, { bob: [] });
  await lan.hosts.left.attach(lan.bridge, { address: "10.77.0.1/24" });
  await lan.hosts.right.attach(lan.bridge, { address: "10.77.0.2/24" });
  await Promise.all([left.refresh(), right.refresh()]);
  await left.until(isAt("bob", "10.77.0.2:7338"));
  await right.until(isAt("alice", "10.77.0.1:7337"));
  assertEquals((await left.tell()).faults, []);
});

networkTest("two processes of one host are both found by a third", async (lan) => {
  const both = { alice: ALICE, bob: BOB };
  await using left = new Discoverer(lan.hosts.left, { ownKey: ALICE, port: 7337, peerKeys: both });
  await using beside = new Discoverer(lan.hosts.left, { ownKey: BOB, port: 7338, peerKeys: both });
  await using right = new Discoverer(lan.hosts.right, { port: 0, peerKeys: both });
  await right.until(isAt("alice", "10.77.0.1:7337"));
  await right.until(isAt("bob", "10.77.0.1:7338"));
  await left.until(isAt("bob", "10.77.0.1:7338"));
  await beside.until(isAt("alice", "10.77.0.1:7337"));
});

networkTest(
  "a port that another program keeps to itself is told, and used when it is free",
  async (lan) => {
    const holding = `
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 5353 });
    console.log("held");
    for (;;) await socket.receive();`;
    const words = [Deno.execPath(), "eval", "--unstable-net", "--quiet", holding];
    await using holder = lan.hosts.left.start(...words);
    await holder.waitFor(/held/);
    await using left = alice(lan);
    await using _right = bob(lan);
    await left.until(
      ({ state }) => state.error === "IPv4: cannot listen: the port is in use",
    );
    await holder.stop("SIGKILL");
    await left.refresh();
    await left.until(({ state }) => state.active && state.error === null);
    await left.until(isAt("bob", "10.77.0.2:7338"));
  },
);

networkTest("a device with more networks than one socket may join is found on all", async (lan) => {
  const { left } = lan.hosts;
  await left.detach();
  for (let at = 0; at < 45; at++) await left.addLocalBridge(`lan${at}`, `10.78.${at}.1/24`);
  await left.attach(lan.bridge, { address: "10.77.0.1/24" });
  const words = { ownKey: ALICE, port: 7337, peerKeys: { bob: BOB } };
  await using device = new Discoverer(left, words);
  await using neighbour = bob(lan);
  await device.until(isAt("bob", "10.77.0.2:7338"));
  await neighbour.until(isAt("alice", "10.77.0.1:7337"));
  // What cannot be sent yet from an address that is new is sent a second later.
  await device.until(({ state }) => state.active && state.error === null);
});
