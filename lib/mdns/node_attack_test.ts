/** Whole nodes on a network where somebody means ill. */
import { assert, assertEquals } from "@std/assert";
import {
  copiedAdvert,
  makeNode,
  MINUTE_MS,
  twoNodes,
} from "../../tests/support/mdns/mdns_nodes.ts";
import { wireLink } from "../../tests/support/mdns/virtual_wire.ts";
import { encodePacket, response } from "./packet.ts";
import { advertRecords, announced, goodbye } from "./records.ts";

Deno.test("a flood of copied adverts does not hide where the peer is", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const seenBefore = wire.seen.length;
  for (let count = 0; count < 10_000; count++) {
    const source = `10.0.0.${3 + count % 250}`;
    const address = count % 2 === 0 ? source : `10.0.0.${3 + (count * 7) % 250}`;
    wire.inject(encodePacket(response(copiedAdvert(wire.nowMs, address, 1, count))), source);
    wire.run(1);
    assertEquals(left.addressesOf("bob", wire.nowMs)[0], "10.0.0.2:7338");
  }
  assert(left.addressesOf("bob", wire.nowMs).length <= 8);
  assert(wire.seen.length - seenBefore <= 8, `${wire.seen.length - seenBefore} were reported`);
  const queries = wire.captured.filter(({ source, atMs, packet }) =>
    source === "10.0.0.1" && packet.kind === "query" && atMs > wire.nowMs - 10_000
  );
  assert(queries.length <= 15, `${queries.length} queries in ten seconds`);
  // What was copied ends with the flood; the peer itself stays.
  wire.run(3 * MINUTE_MS);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
});

Deno.test("a flood of adverts of strangers leaves nothing", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const flood = Array.from({ length: 10_000 }, (_, count) => {
    const names = { instance: `i${count}`, host: `h${count}` };
    const records = advertRecords(names, `tag${count}`, [{ host: "10.0.0.9", port: 1 }])!;
    return encodePacket(response(announced(records)));
  });
  const dueMs = left.nextDueMs;
  const from = { address: "10.0.0.9", port: 5353 };
  for (const bytes of flood) left.receive({ link: wireLink("10.0.0.1"), bytes, from }, wire.nowMs);
  assertEquals(left.nextDueMs, dueMs);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
});

Deno.test("who copies an advert can neither take back nor move what the device itself said", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const real =
    wire.captured.find(({ source, packet }) => source === "10.0.0.2" && packet.answers.length >= 4)!
      .packet.answers;
  const moved = real.map((record) =>
    record.type === "A"
      ? { ...record, address: "10.0.0.66" }
      : record.type === "SRV"
      ? { ...record, port: 1 }
      : record
  );
  for (const records of [real.map(goodbye), moved]) {
    wire.inject(encodePacket(response(records)), "10.0.0.66");
    for (let step = 0; step < 100; step++) {
      wire.run(30);
      assertEquals(left.addressesOf("bob", wire.nowMs)[0], "10.0.0.2:7338");
    }
  }
});

Deno.test("only packets of this link and of port 5353 are believed", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const bytes = encodePacket(response(copiedAdvert(wire.nowMs, "10.0.0.9")));
  wire.inject(bytes, "192.168.7.7");
  wire.inject(bytes, "10.0.1.9");
  wire.inject(bytes, "10.0.0.9", 5354);
  wire.run(1_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  wire.inject(bytes, "10.0.0.9");
  wire.run(1_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338", "10.0.0.9:1"]);
});

Deno.test("link-local and loopback addresses are handed to nobody", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  for (const address of ["169.254.169.254", "127.0.0.1", "fe80::1", "::1", "0.0.0.0"]) {
    wire.inject(encodePacket(response(copiedAdvert(wire.nowMs, address))), "10.0.0.9");
    wire.run(1_000);
  }
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  const shy = makeNode(5, [], {
    name: "bob",
    addresses: [{ host: "169.254.1.1", port: 1 }, { host: "fe80::1", port: 1 }],
  });
  wire.attach(shy, "10.0.0.5");
  wire.run(10_000);
  assertEquals(
    wire.captured.filter(({ source, packet }) =>
      source === "10.0.0.5" && packet.kind === "response"
    ),
    [],
  );
});

Deno.test("an address is handed out only where it is one of the link's own networks", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const elsewhere = ["10.0.1.9", "192.168.1.1", "8.8.8.8", "fd00:0:0:1::9", "2001:db8::9"];
  for (const [count, address] of [...elsewhere, "fd00::9"].entries()) {
    const advert = copiedAdvert(wire.nowMs, address, 1, count);
    wire.inject(encodePacket(response(advert)), `10.0.0.${9 + count}`);
    wire.run(20_000);
  }
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338", "[fd00::9]:1"]);
});
