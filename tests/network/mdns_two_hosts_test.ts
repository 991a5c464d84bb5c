/** Discovery between two hosts, each with a network of its own in the kernel. */
import { assert, assertEquals } from "@std/assert";
import { Discoverer } from "../support/discoverer.ts";
import type { Told } from "../support/discovering.ts";
import { skipUnless } from "../support/skip.ts";
import { canMakeHosts, onHost, TwoHosts } from "../support/two_hosts.ts";

const ALICE = "a1".repeat(32);
const BOB = "b2".repeat(32);

const isAt = (deviceId: string, address: string) => ({ addresses }: Told) =>
  addresses[deviceId]!.includes(address);
const isGone = (deviceId: string) => ({ addresses }: Told) => addresses[deviceId]!.length === 0;

function networkTest(name: string, fn: (hosts: TwoHosts) => Promise<void>): void {
  Deno.test({
    ...skipUnless(canMakeHosts(), "needs iproute2 and the right to make namespaces", name),
    async fn() {
      using hosts = new TwoHosts();
      await fn(hosts);
    },
  });
}

function alice(hosts: TwoHosts): Discoverer {
  return new Discoverer(hosts.left, { ownKey: ALICE, port: 7337, peerKeys: { bob: BOB } });
}

function bob(hosts: TwoHosts): Discoverer {
  return new Discoverer(hosts.right, { ownKey: BOB, port: 7338, peerKeys: { alice: ALICE } });
}

networkTest("two devices find each other within two seconds", async (hosts) => {
  await using left = alice(hosts);
  await left.until(({ state }) => state.active, 10_000);
  await using right = bob(hosts);
  await right.until(({ state }) => state.active, 10_000);
  await Promise.all([
    left.until(isAt("bob", "10.9.0.2:7338"), 2_000),
    right.until(isAt("alice", "10.9.0.1:7337"), 2_000),
  ]);
  const { seen, faults, addresses } = await left.tell();
  assertEquals(seen[0], "bob");
  assertEquals(faults, []);
  assert(addresses.bob!.every((address) => !address.includes("fe80")), addresses.bob!.join());
});

networkTest("a stranger is found by nobody", async (hosts) => {
  await using left = alice(hosts);
  const strange = { ownKey: "c3".repeat(32), port: 7338, peerKeys: { alice: "d4".repeat(32) } };
  await using right = new Discoverer(hosts.right, strange);
  await right.until(({ state }) => state.active, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assertEquals((await left.tell()).addresses, { bob: [] });
  assertEquals((await right.tell()).addresses, { alice: [] });
});

networkTest("a device that moves to another address is found there", async (hosts) => {
  await using left = alice(hosts);
  await using right = bob(hosts);
  await left.until(isAt("bob", "10.9.0.2:7338"), 10_000);
  hosts.setAddress(hosts.right, "10.9.0.3");
  await right.refresh();
  await left.until(isAt("bob", "10.9.0.3:7338"), 2_000);
  await right.until(isAt("alice", "10.9.0.1:7337"), 2_000);
});

networkTest("a device that stops is gone", async (hosts) => {
  await using left = alice(hosts);
  await using right = bob(hosts);
  await left.until(isAt("bob", "10.9.0.2:7338"), 10_000);
  const startMs = performance.now();
  await right.stop();
  assert(performance.now() - startMs < 1_500, "it took long to stop");
  await left.until(isGone("bob"), 2_000);
});

networkTest("a device that was killed and started again is found again", async (hosts) => {
  await using left = alice(hosts);
  await using right = bob(hosts);
  await left.until(isAt("bob", "10.9.0.2:7338"), 10_000);
  await right.kill();
  const options = { ownKey: BOB, port: 7339, peerKeys: { alice: ALICE } };
  await using again = new Discoverer(hosts.right, options);
  await again.until(isAt("alice", "10.9.0.1:7337"), 10_000);
  await left.until(isAt("bob", "10.9.0.2:7339"), 2_000);
});

networkTest("an interface that went and came back is used again", async (hosts) => {
  await using left = alice(hosts);
  await using right = bob(hosts);
  await left.until(isAt("bob", "10.9.0.2:7338"), 10_000);
  hosts.unplug();
  await Promise.all([left.refresh(), right.refresh()]);
  await left.until(({ state }) => !state.active && state.error !== null, 2_000);
  assertEquals((await left.tell()).addresses, { bob: [] });
  hosts.plugIn();
  await Promise.all([left.refresh(), right.refresh()]);
  await left.until(isAt("bob", "10.9.0.2:7338"), 3_000);
  await right.until(isAt("alice", "10.9.0.1:7337"), 3_000);
  assertEquals((await left.tell()).faults, []);
});

networkTest("two processes of one host are both found by a third", async (hosts) => {
  const both = { alice: ALICE, bob: BOB };
  await using left = new Discoverer(hosts.left, { ownKey: ALICE, port: 7337, peerKeys: both });
  await using beside = new Discoverer(hosts.left, { ownKey: BOB, port: 7338, peerKeys: both });
  await using right = new Discoverer(hosts.right, { port: 0, peerKeys: both });
  await right.until(isAt("alice", "10.9.0.1:7337"), 10_000);
  await right.until(isAt("bob", "10.9.0.1:7338"), 2_000);
  await left.until(isAt("bob", "10.9.0.1:7338"), 2_000);
  await beside.until(isAt("alice", "10.9.0.1:7337"), 2_000);
});

networkTest(
  "a port that another program keeps to itself is told, and used when it is free",
  async (hosts) => {
    const holding = `
    const socket = Deno.listenDatagram({ transport: "udp", hostname: "0.0.0.0", port: 5353 });
    console.log("held");
    for (;;) await socket.receive();`;
    const args = [
      ...onHost(hosts.left),
      Deno.execPath(),
      "eval",
      "--unstable-net",
      "--quiet",
      holding,
    ];
    const holder = new Deno.Command("ip", { args, stdout: "piped" }).spawn();
    const stdout = holder.stdout.getReader();
    await stdout.read();
    await using left = alice(hosts);
    await using _right = bob(hosts);
    try {
      await left.until(
        ({ state }) => state.error === "IPv4: cannot listen: the port is in use",
        10_000,
      );
    } finally {
      holder.kill("SIGKILL");
      await holder.status;
      await stdout.cancel();
    }
    await left.refresh();
    await left.until(({ state }) => state.active && state.error === null, 5_000);
    await left.until(isAt("bob", "10.9.0.2:7338"), 10_000);
  },
);
