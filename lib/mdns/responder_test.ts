import { assert, assertEquals } from "@std/assert";
import { type DnsRecord, type Packet, query, type Question, response } from "./packet.ts";
import {
  advertRecords,
  ALL_SERVICES,
  announced,
  goodbye,
  HOST_TTL_S,
  OTHER_TTL_S,
  SERVICE,
} from "./records.ts";
import { Responder, type Sending } from "./responder.ts";

const NAMES = { instance: "i1", host: "h1" };
const RECORDS = advertRecords(NAMES, "tag", [{ host: "10.0.0.1", port: 7337 }])!;
const INSTANCE = `i1.${SERVICE}`;
const HOST = "h1.local";
const PEER = { address: "10.0.0.2", port: 5353 };

const ask = (name: string, type: string, unicast = false): Question => ({ name, type, unicast });
const types = ({ packet }: Sending) => packet.answers.map(({ type }) => type);
const extraTypes = ({ packet }: Sending) => packet.additionals.map(({ type }) => type);

/** A responder that is done announcing, at time 0, and has been silent for an hour before it. */
function settled(random = 0.5): Responder {
  const responder = new Responder(() => random);
  responder.announce(RECORDS, -3_600_000, 0.5);
  for (let atMs = -3_600_000; atMs < -3_590_000; atMs += 100) responder.takeDue(atMs);
  return responder;
}

/** Everything that is sent within `forMs`, and when. */
function run(responder: Responder, fromMs: number, forMs: number): (Sending & { atMs: number })[] {
  const sent: (Sending & { atMs: number })[] = [];
  while (responder.nextDueMs <= fromMs + forMs) {
    const atMs = Math.max(fromMs, responder.nextDueMs);
    sent.push(...responder.takeDue(atMs).map((sending) => ({ ...sending, atMs })));
  }
  return sent;
}

function answers(packet: Packet, from = PEER, random = 0.5) {
  const responder = settled(random);
  responder.heardQuery(packet, from, 0);
  return run(responder, 0, 10_000);
}

Deno.test("an advert is announced three times, whole, after a short random while", () => {
  for (const [random, delayMs] of [[0, 20], [0.5, 70], [0.999, 119.9]] as const) {
    const responder = new Responder(() => random);
    responder.announce(RECORDS, 0, random);
    const sent = run(responder, 0, 60_000);
    assertEquals(sent.map(({ atMs }) => atMs), [delayMs, delayMs + 1_000, delayMs + 3_000]);
    for (const sending of sent) {
      assertEquals(sending.packet.answers, announced(RECORDS));
      assertEquals(sending.to, undefined);
    }
  }
});

Deno.test("names of one's own replace what was known of them, what all share does not", () => {
  const flushes = announced(RECORDS).map(({ type, flush, ttlS }) => [type, flush, ttlS]);
  assertEquals(flushes, [
    ["PTR", false, OTHER_TTL_S],
    ["SRV", true, HOST_TTL_S],
    ["TXT", true, OTHER_TTL_S],
    ["A", true, HOST_TTL_S],
  ]);
});

const answered: readonly (readonly [Question, string[], string[]])[] = [
  [ask(SERVICE, "PTR"), ["PTR"], ["SRV", "TXT", "A"]],
  [ask(SERVICE, "ANY"), ["PTR"], ["SRV", "TXT", "A"]],
  [ask(ALL_SERVICES, "PTR"), ["PTR"], []],
  [ask(INSTANCE, "SRV"), ["SRV"], ["A"]],
  [ask(INSTANCE, "TXT"), ["TXT"], []],
  [ask(INSTANCE, "ANY"), ["SRV", "TXT"], ["A"]],
  [ask(HOST, "A"), ["A"], []],
  [ask(HOST, "AAAA"), ["NSEC"], []],
  [ask(INSTANCE, "A"), ["NSEC"], []],
];

for (const [question, expected, additional] of answered) {
  Deno.test(`${question.type} of ${question.name} is answered`, () => {
    const sent = answers(query([question]));
    assertEquals(sent.map(types), [expected]);
    assertEquals(sent.map(extraTypes), [additional]);
    const isShared = question.name !== INSTANCE && question.name !== HOST;
    assertEquals(sent[0]!.atMs, isShared ? 70 : 0);
  });
}

const ignored = [
  ask("_http._tcp.local", "PTR"),
  ask(SERVICE, "SRV"),
  ask(`other.${SERVICE}`, "SRV"),
  ask("machine.local", "A"),
  ask("1.0.0.10.in-addr.arpa", "PTR"),
];

for (const question of ignored) {
  Deno.test(`${question.type} of ${question.name} is not answered`, () => {
    assertEquals(answers(query([question])), []);
  });
}

Deno.test("what is shared is answered after 20 to 120 ms, as chance has it", () => {
  const atMs = (random: number) => answers(query([ask(SERVICE, "PTR")]), PEER, random)[0]!.atMs;
  assertEquals(atMs(0), 20);
  assertEquals(Math.round(atMs(0.999)), 120);
});

Deno.test("an NSEC says what there is of a name", () => {
  const [sending] = answers(query([ask(HOST, "AAAA")]));
  assertEquals(sending!.packet.answers, [
    { type: "NSEC", name: HOST, types: ["A"], ttlS: HOST_TTL_S, flush: true },
  ]);
});

Deno.test("who knows the answer, and for long enough, gets none", () => {
  const known = (ttlS: number) =>
    answers(query([ask(SERVICE, "PTR")], { answers: [{ ...RECORDS.instance, ttlS }] }));
  assertEquals(known(OTHER_TTL_S), []);
  assertEquals(known(OTHER_TTL_S / 2), []);
  assertEquals(known(OTHER_TTL_S / 2 - 1).length, 1);
  const other = { ...RECORDS.instance, target: `other.${SERVICE}` } as DnsRecord;
  assertEquals(answers(query([ask(SERVICE, "PTR")], { answers: [other] })).length, 1);
});

Deno.test("a query that is cut off is answered later, unless the rest names the answer", () => {
  const cut = query([ask(SERVICE, "PTR")], { truncated: true });
  assertEquals(answers(cut)[0]!.atMs, 450);
  const rest = query([], { answers: [RECORDS.instance] });
  const afterRest = (from: string) => {
    const responder = settled();
    responder.heardQuery(cut, PEER, 0);
    responder.heardQuery(rest, { ...PEER, address: from }, 100);
    return run(responder, 100, 1_000).length;
  };
  assertEquals(afterRest(PEER.address), 0);
  assertEquals(afterRest("10.0.0.3"), 1);
});

Deno.test("the rest of one asker's known answers takes nothing from another", () => {
  const responder = settled();
  responder.heardQuery(query([ask(SERVICE, "PTR")], { truncated: true }), PEER, 0);
  responder.heardQuery(query([ask(SERVICE, "PTR")]), { ...PEER, address: "10.0.0.3" }, 10);
  responder.heardQuery(query([], { answers: [RECORDS.instance] }), PEER, 20);
  assertEquals(run(responder, 20, 1_000).length, 1);
});

Deno.test("no record is sent to everybody more than once a second, however often it is asked for", () => {
  const responder = settled();
  const sentMs: number[] = [];
  for (let atMs = 0; atMs < 10_000; atMs += 10) {
    for (const question of [ask(SERVICE, "PTR"), ask(INSTANCE, "SRV"), ask(HOST, "A")]) {
      responder.heardQuery(query([question]), PEER, atMs);
    }
    for (const { packet } of responder.takeDue(atMs)) {
      const records = [...packet.answers, ...packet.additionals];
      if (records.some(({ type }) => type === "SRV")) sentMs.push(atMs);
    }
  }
  const gaps = sentMs.slice(1).map((atMs, at) => atMs - sentMs[at]!);
  assert(sentMs.length >= 9, `${sentMs.length} answers in ten seconds`);
  assert(gaps.every((gapMs) => gapMs >= 1_000), gaps.join());
});

Deno.test("an asker who allows it is answered alone once all others have heard it lately", () => {
  const alone = query([ask(HOST, "A", true)]);
  assertEquals(answers(alone)[0]!.to, undefined);
  const responder = settled();
  responder.heardQuery(query([ask(HOST, "A")]), PEER, 0);
  run(responder, 0, 100);
  responder.heardQuery(alone, PEER, HOST_TTL_S * 1_000 / 4 - 1);
  assertEquals(run(responder, 29_999, 100).map(({ to }) => to), [PEER]);
  responder.heardQuery(alone, PEER, HOST_TTL_S * 1_000 / 4);
  assertEquals(run(responder, 30_000, 100).map(({ to }) => to), [undefined]);
});

Deno.test("a plain resolver is answered alone, in its own terms", () => {
  const resolver = { address: "10.0.0.9", port: 40_000 };
  const question = ask(SERVICE, "PTR");
  const [sending, ...more] = answers(query([question], { id: 77 }), resolver);
  assertEquals(more, []);
  assertEquals([sending!.to, sending!.atMs], [resolver, 0]);
  const { id, questions, answers: given, additionals } = sending!.packet;
  assertEquals([id, questions, given.length], [77, [question], 1]);
  for (const record of [...given, ...additionals]) {
    assertEquals([record.ttlS, record.flush], [10, false]);
  }
});

Deno.test("who may not be who he says he is cannot have others flooded with answers", () => {
  const responder = settled();
  for (let count = 0; count < 1_000; count++) {
    responder.heardQuery(query([ask(SERVICE, "ANY")]), { address: "10.0.0.9", port: 53 }, 0);
  }
  assertEquals(run(responder, 0, 900).length, 20);
});

Deno.test("what another device has just said for all is not said again", () => {
  const responder = settled();
  responder.heardQuery(query([ask(ALL_SERVICES, "PTR")]), PEER, 0);
  responder.heardResponse(response([RECORDS.service]), 10);
  assertEquals(run(responder, 10, 1_000), []);
});

Deno.test("a goodbye that somebody else says for one's records is contradicted at once", () => {
  const responder = settled();
  responder.heardResponse(response([RECORDS.srv, ...RECORDS.hosts].map(goodbye)), 0);
  const sent = run(responder, 0, 1_000);
  assertEquals(sent.map(types), [["SRV", "A"]]);
  assertEquals(sent[0]!.atMs, 0);
});

Deno.test("other records take the place of those before, which are taken back", () => {
  const responder = settled();
  const addresses = [{ host: "10.0.0.5", port: 7337 }, { host: "fd00::5", port: 7337 }];
  const moved = advertRecords(NAMES, "tag", addresses)!;
  responder.announce(moved, 0, 0.5);
  const [farewell, ...announcements] = run(responder, 0, 10_000);
  assertEquals(farewell!.packet.answers, RECORDS.hosts.map(goodbye));
  assertEquals(announcements.length, 3);
  assertEquals(announcements[0]!.packet.answers, announced(moved));
});

Deno.test("who leaves takes everything back but what all share, and falls silent", () => {
  const responder = settled();
  responder.heardQuery(query([ask(SERVICE, "PTR")]), PEER, 0);
  assertEquals(responder.leave().map(({ packet }) => packet.answers), [
    announced(RECORDS).map(goodbye),
  ]);
  assertEquals(responder.nextDueMs, Infinity);
  responder.heardQuery(query([ask(SERVICE, "PTR")]), PEER, 0);
  assertEquals(responder.takeDue(10_000), []);
});
