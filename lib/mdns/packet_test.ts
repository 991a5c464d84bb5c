import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodePacket,
  type DnsRecord,
  encodePacket,
  MAX_PACKET_BYTES,
  type Packet,
  query,
  type RecordData,
  recordKey,
  response,
} from "./packet.ts";

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join("."));
const data: fc.Arbitrary<RecordData> = fc.oneof(
  fc.record({ type: fc.constant("PTR" as const), target: name }),
  fc.record({ type: fc.constant("SRV" as const), target: name, port: fc.nat({ max: 65_535 }) }),
  fc.record({
    type: fc.constant("TXT" as const),
    entries: fc.array(fc.string({ maxLength: 60 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant("A" as const), address: fc.ipV4() }),
  fc.record({ type: fc.constant("AAAA" as const), address: fc.constantFrom("fd00::1", "::1") }),
);
const facts = fc.record({ name, ttlS: fc.nat({ max: 0xffff_ffff }), flush: fc.boolean() });
const record: fc.Arbitrary<DnsRecord> = fc.tuple(data, facts).map(([data, facts]) => ({
  ...data,
  ...facts,
}));
const packet: fc.Arbitrary<Packet> = fc.record({
  kind: fc.constantFrom("query" as const, "response" as const),
  id: fc.nat({ max: 65_535 }),
  truncated: fc.constant(false),
  questions: fc.array(
    fc.record({ name, type: fc.constantFrom("PTR", "ANY", "A"), unicast: fc.constant(false) }),
    { maxLength: 5 },
  ),
  answers: fc.array(record, { maxLength: 10 }),
  additionals: fc.array(record, { maxLength: 5 }),
});

Deno.test("a packet arrives as it was sent", () => {
  fc.assert(fc.property(packet, (packet) => {
    assertEquals(decodePacket(encodePacket(packet)), packet);
  }));
});

Deno.test("hostile bytes are a packet or none, and never an error", () => {
  const mutilated = fc.tuple(packet, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })))).map(
    ([packet, changes]) => {
      const bytes = encodePacket(packet);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    },
  );
  const cut = fc.tuple(packet, fc.nat()).map(([packet, at]) => {
    const bytes = encodePacket(packet);
    return bytes.subarray(0, at % bytes.length);
  });
  const hostile = fc.oneof(fc.uint8Array({ maxLength: 600 }), mutilated, cut);
  fc.assert(
    fc.property(hostile, (bytes) => {
      const decoded = decodePacket(bytes);
      for (const { name } of decoded?.answers ?? []) assert(name.length <= 254);
    }),
    { numRuns: 2_000 },
  );
});

const header = (...counts: number[]) => [0, 0, 0, 0, ...counts.flatMap((n) => [n >> 8, n & 255])];
const A_IN = [0, 1, 0, 1];
const hostilePackets: Readonly<Record<string, readonly number[]>> = {
  "is empty": [],
  "is shorter than a header": header(0, 0, 0).slice(0, 11),
  "names 65,535 questions and has none": header(65_535, 0, 0, 0),
  "names 262,140 entries": header(65_535, 65_535, 65_535, 65_535),
  "has a name that points to itself": [...header(1, 0, 0, 0), 0xc0, 12, ...A_IN],
  "has two names that point to each other": [...header(1, 0, 0, 0), 0xc0, 14, 0xc0, 12, ...A_IN],
  "has a name that points past its end": [...header(1, 0, 0, 0), 0xff, 0xff, ...A_IN],
  "ends within a label": [...header(1, 0, 0, 0), 63, 97],
  "has a label of a kind that is not in use": [...header(1, 0, 0, 0), 0x41, 97, 0, ...A_IN],
  "is longer than a packet may be": [
    ...header(0, 0, 0, 0),
    ...Array<number>(MAX_PACKET_BYTES).fill(0),
  ],
  "has an opcode other than a query's": [0, 0, 0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  "has a response code": [0, 0, 0x80, 3, 0, 0, 0, 0, 0, 0, 0, 0],
};

for (const [what, bytes] of Object.entries(hostilePackets)) {
  Deno.test(`what ${what} is not read`, () => {
    assertEquals(decodePacket(Uint8Array.from(bytes)), undefined);
  });
}

Deno.test("names that multiply by compression are not read", () => {
  const chain = Array.from({ length: 60 }, () => [63, ...Array<number>(63).fill(97)]).flat();
  const pointers = Array.from({ length: 300 }, () => [0xc0, 12, ...A_IN]).flat();
  const bytes = Uint8Array.from([...header(301, 0, 0, 0), ...chain, 0, ...A_IN, ...pointers]);
  assertEquals(decodePacket(bytes), undefined);
});

Deno.test("the bit for an answer to the asker alone is read, and other classes are not", () => {
  const question = (high: number, low: number) =>
    decodePacket(Uint8Array.from([...header(1, 0, 0, 0), 1, 97, 0, 0, 12, high, low]))!.questions;
  assertEquals(question(0, 1), [{ name: "a", type: "PTR", unicast: false }]);
  assertEquals(question(0x80, 1), [{ name: "a", type: "PTR", unicast: true }]);
  assertEquals(question(0x80, 255), [{ name: "a", type: "PTR", unicast: true }]);
  assertEquals(question(0, 3), []);
});

Deno.test("names are read in lower case", () => {
  const [record] = decodePacket(encodePacket(response([
    { type: "PTR", name: "_HTTP._tcp.Local", target: "Some.Thing", ttlS: 1, flush: false },
  ])))!.answers;
  assertEquals(record, {
    type: "PTR",
    name: "_http._tcp.local",
    target: "some.thing",
    ttlS: 1,
    flush: false,
  });
});

Deno.test("records of types that are not needed are left out, the others are read", () => {
  const bytes = encodePacket(response([
    { type: "NSEC", name: "a.local", types: ["A"], ttlS: 120, flush: true },
    { type: "A", name: "a.local", address: "10.0.0.1", ttlS: 120, flush: true },
  ]));
  assertEquals(decodePacket(bytes)!.answers.map(({ type }) => type), ["NSEC", "A"]);
  const unknown = Uint8Array.from(bytes);
  // The type of the first record, behind the header and the name: 65,280 is for private use.
  unknown.set([0xff, 0x00], 12 + "_a_local_".length);
  assertEquals(decodePacket(unknown)!.answers.map(({ type }) => type), ["A"]);
});

Deno.test("records say the same whatever their time to live, and differ in what they say", () => {
  const base: DnsRecord = { type: "A", name: "a", address: "10.0.0.1", ttlS: 120, flush: true };
  assertEquals(recordKey({ ...base, ttlS: 0, flush: false }), recordKey(base));
  for (const other of [{ name: "b" }, { address: "10.0.0.2" }]) {
    assert(recordKey({ ...base, ...other } as DnsRecord) !== recordKey(base));
  }
});

Deno.test("a query asks with id 0", () => {
  const bytes = encodePacket(query([{ name: "a", type: "PTR", unicast: false }]));
  assertEquals([...bytes.subarray(0, 4)], [0, 0, 0, 0]);
});
