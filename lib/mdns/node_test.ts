/** Whole nodes on a network in memory, under a clock that jumps. */
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../tests/support/random.ts";
import { VirtualWire, wireLink } from "../../tests/support/virtual_wire.ts";
import type { Address } from "../model/address.ts";
import { discoveryTag, EPOCH_MS, epochOf } from "./discovery_tag.ts";
import { MdnsNode } from "./node.ts";
import { type DnsRecord, encodePacket, response } from "./packet.ts";
import { advertRecords, announced, goodbye } from "./records.ts";

const KEYS: Readonly<Record<string, Uint8Array>> = {
  alice: new Uint8Array(32).fill(1),
  bob: new Uint8Array(32).fill(2),
};
/** In the middle of an epoch. */
const START_MS = epochOf(Date.UTC(2026, 0, 1)) * EPOCH_MS + EPOCH_MS / 2;
const MINUTE_MS = 60_000;

function makeNode(
  seed: number,
  sought: readonly string[],
  own?: { readonly name: string; readonly addresses: readonly Address[] },
): MdnsNode {
  return new MdnsNode({
    advert: own && { discoveryKey: KEYS[own.name]!, addressesOn: () => own.addresses },
    peers: () => sought.map((name) => ({ deviceId: name, discoveryKey: KEYS[name]! })),
    randomBytes: new Random(seed).bytes,
  });
}

function alice(): MdnsNode {
  return makeNode(1, ["bob"], { name: "alice", addresses: [{ host: "10.0.0.1", port: 7337 }] });
}

function bob(host = "10.0.0.2", seed = 2): MdnsNode {
  return makeNode(seed, ["alice"], { name: "bob", addresses: [{ host, port: 7338 }] });
}

/** An advert with Bob's tag, as a stranger can make one who has heard it. */
function copiedAdvert(nowMs: number, address: string, port = 1, count = 0): DnsRecord[] {
  const names = { instance: `fake${count}`, host: `fakehost${count}` };
  const tag = discoveryTag(KEYS.bob!, epochOf(nowMs));
  return announced(advertRecords(names, tag, [{ host: address, port }])!);
}

function twoNodes(): { wire: VirtualWire; left: MdnsNode; right: MdnsNode } {
  const wire = new VirtualWire(START_MS);
  const left = alice();
  const right = bob();
  wire.attach(left, "10.0.0.1");
  wire.run(MINUTE_MS);
  wire.attach(right, "10.0.0.2");
  return { wire, left, right };
}

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

Deno.test("across epochs nothing recurs but address, port, version and service", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(bob(), "10.0.0.2");
  wire.attach(makeNode(1, ["bob"]), "10.0.0.1");
  wire.run(60 * MINUTE_MS);
  const said = new Map<string, number[]>();
  for (const { source, atMs, packet } of wire.captured) {
    if (source !== "10.0.0.2") continue;
    const records = [...packet.answers, ...packet.additionals];
    for (const record of records.filter(({ ttlS }) => ttlS > 0)) {
      for (const text of textsOf(record)) said.set(text, [...said.get(text) ?? [], atMs]);
    }
  }
  const recurring = [...said].filter(([, times]) => times.at(-1)! - times[0]! > EPOCH_MS + 10_000);
  assertEquals(recurring.map(([text]) => text).toSorted(), [
    "10.0.0.2",
    "7338",
    "_codemem._tcp.local",
    "v=3",
  ]);
  // Instance, host and tag of seven epochs.
  assertEquals(said.size - recurring.length, 7 * 3);
});

/** Every word that a record says, but for types. */
function textsOf(record: DnsRecord): string[] {
  if (record.type === "NSEC") return [];
  const { type: _type, ttlS: _ttlS, flush: _flush, ...rest } = record;
  return Object.values(rest).flat().map((value) =>
    String(value).replace(/^[^._]+\._codemem\._tcp\.local$/, (name) => name.split(".")[0]!)
  );
}

Deno.test("each name of an epoch is taken back at its end", () => {
  const wire = new VirtualWire(START_MS);
  wire.attach(bob(), "10.0.0.2");
  wire.run(11 * MINUTE_MS);
  const answers = wire.captured.flatMap(({ packet }) => packet.answers);
  const names = (records: readonly DnsRecord[]) => new Set(records.map(({ name }) => name));
  const takenBack = names(answers.filter(({ ttlS }) => ttlS === 0));
  const said = names(answers.filter(({ ttlS }) => ttlS > 0));
  assertEquals(said.difference(takenBack).size, 2);
  assertEquals(takenBack.difference(said).size, 0);
});

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

Deno.test("a flood of adverts of strangers costs little and leaves nothing", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const flood = Array.from({ length: 10_000 }, (_, count) => {
    const names = { instance: `i${count}`, host: `h${count}` };
    const records = advertRecords(names, `tag${count}`, [{ host: "10.0.0.9", port: 1 }])!;
    return encodePacket(response(announced(records)));
  });
  const dueMs = left.nextDueMs;
  const startMs = performance.now();
  const from = { address: "10.0.0.9", port: 5353 };
  for (const bytes of flood) left.receive({ link: wireLink("10.0.0.1"), bytes, from }, wire.nowMs);
  const eachMs = (performance.now() - startMs) / flood.length;
  assert(eachMs < 0.5, `${eachMs} ms each`);
  assertEquals(left.nextDueMs, dueMs);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
});

Deno.test("who copies an advert can neither take back nor move what the device itself said", () => {
  const { wire, left } = twoNodes();
  wire.run(5_000);
  const real =
    wire.captured.find(({ source, packet }) => source === "10.0.0.2" && packet.answers.length >= 4)!
      .packet.answers;
  wire.inject(encodePacket(response(real.map(goodbye))), "10.0.0.66");
  wire.run(3_000);
  assertEquals(left.addressesOf("bob", wire.nowMs), ["10.0.0.2:7338"]);
  const moved = real.map((record) =>
    record.type === "A"
      ? { ...record, address: "10.0.0.66" }
      : record.type === "SRV"
      ? { ...record, port: 1 }
      : record
  );
  wire.inject(encodePacket(response(moved)), "10.0.0.66");
  wire.run(3_000);
  assertEquals(left.addressesOf("bob", wire.nowMs)[0], "10.0.0.2:7338");
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
