/** Whole nodes whose links and clock change, and how often they wake. */
import { assert, assertEquals } from "@std/assert";
import {
  alice,
  bob,
  makeNode,
  MINUTE_MS,
  START_MS,
  twoNodes,
} from "../../tests/support/mdns/mdns_nodes.ts";
import { VirtualWire, wireLink } from "../../tests/support/mdns/virtual_wire.ts";

Deno.test("a link that is gone takes along what was found on it, and one that is back starts anew", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  left.useLinks([], wire.nowMs);
  assertEquals(left.addressesOf("bob", wire.nowMs), []);
  left.useLinks([wireLink("10.0.0.1")], wire.nowMs);
  wire.run(1_500);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  assertEquals(wire.seen.filter(({ deviceId }) => deviceId === "bob").length, 2);
});

Deno.test("what is found on a link that stays is kept, and confirmed or forgotten", () => {
  const { wire, left, right } = twoNodes();
  wire.run(5_000);
  left.useLinks([wireLink("10.0.0.1")], wire.nowMs);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  wire.run(30_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  wire.detach(right, { goodbye: false });
  left.useLinks([wireLink("10.0.0.1")], wire.nowMs);
  wire.run(11_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), []);
  assertEquals(wire.seen.filter(({ deviceId }) => deviceId === "bob").length, 1);
});

Deno.test("a clock that is set back leaves nothing waiting for it", () => {
  const { wire, left } = twoNodes();
  wire.run(30 * MINUTE_MS);
  wire.nowMs -= 40 * MINUTE_MS;
  const sent = left.takeDue(wire.nowMs);
  assertEquals(sent, []);
  assert(left.nextDueMs < wire.nowMs + 1_000);
  wire.attach(bob("10.0.0.3", 4), "10.0.0.3");
  wire.run(2_000);
  assert(left.addressesOf("bob", wire.nowMs).includes("10.0.0.3:7338"));
});

Deno.test("one's own packets are not taken for those of others", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(
    makeNode(1, ["alice"], {
      name: "alice",
      addresses: [{ host: "10.0.0.1", port: 1 }],
    }),
    "10.0.0.1",
  );
  wire.run(5 * MINUTE_MS - 1_000);
  // Its own questions are not answered: besides queries there are three announcements.
  assertEquals(wire.captured.filter(({ packet }) => packet.kind === "response").length, 3);
});

Deno.test("a peer that is not there costs a dozen wake-ups in an hour, and one that is there about two a minute", () => {
  const lonely = new VirtualWire(START_MS);
  lonely.attach(makeNode(1, ["bob"]), "10.0.0.1");
  lonely.run(60 * MINUTE_MS);
  assert(lonely.wakeUps <= 13, `${lonely.wakeUps} alone`);
  const { wire } = twoNodes();
  wire.run(MINUTE_MS);
  const before = wire.wakeUps;
  wire.run(60 * MINUTE_MS);
  // Both nodes: a question for the other every 98 s, an answer to it, and six changes of epoch.
  assert(wire.wakeUps - before <= 2 * 140, `${wire.wakeUps - before} together`);
});

Deno.test("all links of a device together wake it no more often than one of them", () => {
  const wakeUps = (hosts: readonly string[]) => {
    const node = alice();
    node.useLinks(hosts.map(wireLink), START_MS);
    let times = 0;
    while (node.nextDueMs < START_MS + 60 * MINUTE_MS) {
      node.takeDue(node.nextDueMs === -Infinity ? START_MS : node.nextDueMs);
      times++;
    }
    return times;
  };
  assertEquals(wakeUps(["10.0.0.1", "10.0.0.2", "10.0.0.3"]), wakeUps(["10.0.0.1"]));
});
