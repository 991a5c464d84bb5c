/** Whole nodes on a network in memory, under a clock that jumps. */
import { assert, assertEquals } from "@std/assert";
import {
  alice,
  bob,
  makeNode,
  MINUTE_MS,
  START_MS,
  twoNodes,
} from "../../tests/support/mdns/mdns_nodes.ts";
import { VirtualWire } from "../../tests/support/mdns/virtual_wire.ts";
import { EPOCH_MS } from "./discovery_tag.ts";

Deno.test("two nodes find each other at once, whoever came first, and each is told once", () => {
  const { wire, left, right } = twoNodes();
  wire.run(500);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  assertEquals(right.addressesOf("alice", wire.nowMs), ["10.0.0.1:7337"]);
  wire.run(30 * MINUTE_MS);
  assertEquals(wire.seen.map(({ by, deviceId }) => `${by} ${deviceId}`).toSorted(), [
    "10.0.0.1 bob",
    "10.0.0.2 alice",
  ]);
});

Deno.test("a node that says goodbye is gone in a second, and found again when it is back", () => {
  const { wire, left, right } = twoNodes();
  wire.run(10_000);
  wire.detach(right, { goodbye: true });
  wire.run(500);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  wire.run(1_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), []);
  wire.run(10 * MINUTE_MS);
  wire.attach(bob("10.0.0.2", 3), "10.0.0.2");
  wire.run(500);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  assertEquals(wire.seen.filter(({ by }) => by === "10.0.0.1").length, 2);
});

Deno.test("a node that vanishes without a word is forgotten within two minutes", () => {
  const { wire, left, right } = twoNodes();
  wire.run(10_000);
  wire.detach(right, { goodbye: false });
  wire.run(60_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  wire.run(60_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), []);
});

Deno.test("a peer stays found for hours, through every change of epoch", () => {
  const { wire, left, right } = twoNodes();
  wire.run(1_000);
  for (let minute = 0; minute < 180; minute++) {
    wire.run(MINUTE_MS);
    assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"], `minute ${minute}`);
    assertEquals(right.addressesOf("alice", wire.nowMs), ["10.0.0.1:7337"], `minute ${minute}`);
  }
});

for (const offsetMs of [11_000 - EPOCH_MS, -61_000, 61_000, EPOCH_MS - 11_000]) {
  Deno.test(`clocks that differ by ${offsetMs / 1_000} s do no harm`, () => {
    const wire = new VirtualWire(START_MS);
    const left = alice();
    wire.attach(left, "10.0.0.1");
    wire.attach(bob(), "10.0.0.2", { clockOffsetMs: offsetMs });
    wire.run(1_000);
    for (let minute = 0; minute < 40; minute++) {
      wire.run(MINUTE_MS);
      assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"], `minute ${minute}`);
    }
  });
}

Deno.test("a device that is not sought is nobody", () => {
  const wire = new VirtualWire(START_MS);
  const left = makeNode(1, []);
  wire.attach(left, "10.0.0.1");
  wire.attach(bob(), "10.0.0.2");
  wire.run(MINUTE_MS);
  assertEquals(left.addressesOf("bob", wire.nowMs), []);
  assertEquals(wire.seen, []);
});

Deno.test("a node without an advert says nothing of itself", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(makeNode(1, ["bob"]), "10.0.0.1");
  wire.attach(bob(), "10.0.0.2");
  wire.run(30 * MINUTE_MS);
  const ofListener = wire.captured.filter(({ source }) => source === "10.0.0.1");
  assert(ofListener.length > 0);
  for (const { packet } of ofListener) assertEquals(packet.kind, "query");
});
