/**
 * Says on one link where this device is, and answers who asks (RFC 6762 §6, §8.3, §10).
 *
 * There is no probing (§8.1): names are 128 random bits, made anew every few minutes, so nobody has
 * them already.
 */
import { type DnsRecord, type Packet, recordKey, response } from "./packet.ts";
import { pointIn } from "./point_in.ts";
import { additionalsTo, type AdvertRecords, announced, answersTo, goodbye } from "./records.ts";

/** Where a packet came from, or is to go. */
export interface Endpoint {
  /** IP address. */
  readonly address: string;
  readonly port: number;
}

/** A packet to send on the link; without `to`, to everybody. */
export interface Sending {
  readonly packet: Packet;
  readonly to?: Endpoint;
}

/** The port of multicast DNS; who asks from another one is a plain resolver (RFC 6762 §6.7). */
export const MDNS_PORT = 5353;

/** Announcements follow each other after these times, in milliseconds (RFC 6762 §8.3). */
const ANNOUNCE_AFTER_MS = [0, 1_000, 3_000];
/** No record is sent to everybody more often (RFC 6762 §6). */
const MULTICAST_INTERVAL_MS = 1_000;
/** What several devices may answer is spread over this time (RFC 6762 §6). */
const SHARED_DELAY_MS = [20, 120] as const;
/** How long to wait for the rest of the known answers (RFC 6762 §7.2). */
const TRUNCATED_DELAY_MS = [400, 500] as const;
/** The longest that a plain resolver may keep an answer, in seconds (RFC 6762 §6.7). */
const LEGACY_TTL_S = 10;
/** Answers to single askers, who may not be the ones they say they are. */
const MAX_UNICASTS_PER_SECOND = 20;
/** Questions of one packet that are looked at. */
const MAX_QUESTIONS = 32;

/** A record that is to be sent to everybody. */
interface Pending {
  readonly record: DnsRecord;
  readonly dueMs: number;
  /** The one asker, who may still name it among his known answers; `undefined` where there are more. */
  readonly asker: string | undefined;
}

/** The responder of one link. Times are milliseconds of any one clock. */
export class Responder {
  readonly #random: () => number;
  #records: AdvertRecords | undefined;
  #announcements: number[] = [];
  #pending = new Map<string, Pending>();
  #sentMs = new Map<string, number>();
  #urgent: Sending[] = [];
  #unicastMs: number[] = [];

  /** @param random numbers from 0 up to, but not including, 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Announces these records from now on, and takes back whatever else was announced.
   *
   * @param spread from 0 to 1: where in the delay that devices are spread over
   */
  announce(records: AdvertRecords | undefined, nowMs: number, spread: number): void {
    const kept = new Set(records === undefined ? [] : announced(records).map(recordKey));
    this.#takeBack((record) => !kept.has(recordKey(record)));
    this.#records = records;
    const startMs = nowMs + pointIn(SHARED_DELAY_MS, spread);
    this.#announcements = records === undefined
      ? []
      : ANNOUNCE_AFTER_MS.map((afterMs) => startMs + afterMs);
  }

  /** Takes in a query. */
  heardQuery(packet: Packet, from: Endpoint, nowMs: number): void {
    const records = this.#records;
    if (records === undefined) return;
    if (packet.questions.length === 0) return this.#dropKnown(packet, from);
    const questions = packet.questions.slice(0, MAX_QUESTIONS);
    if (from.port !== MDNS_PORT) {
      const answers = unique(questions.flatMap((question) => answersTo(records, question)));
      return this.#answerLegacy(packet, answers, from, nowMs);
    }
    const known = new Map(packet.answers.map((record) => [recordKey(record), record.ttlS]));
    const isWanted = (record: DnsRecord) => (known.get(recordKey(record)) ?? 0) < record.ttlS / 2;
    const toAll: DnsRecord[] = [];
    const toAsker: DnsRecord[] = [];
    for (const question of questions) {
      for (const record of answersTo(records, question).filter(isWanted)) {
        const mayGoAlone = question.unicast && this.#wasSentLately(record, nowMs);
        (mayGoAlone ? toAsker : toAll).push(record);
      }
    }
    this.#schedule(toAll, packet.truncated, from, nowMs);
    const additionals = additionalsTo(records, toAsker);
    this.#answerAlone(response(unique(toAsker), { additionals }), from, nowMs);
  }

  /** Takes in a response of somebody else. */
  heardResponse(packet: Packet, nowMs: number): void {
    const records = this.#records;
    if (records === undefined) return;
    const own = new Map(
      [records.service, ...announced(records)].map((record) => [recordKey(record), record]),
    );
    for (const heard of packet.answers) {
      const key = recordKey(heard);
      const record = own.get(key);
      if (record === undefined) continue;
      // Whoever believes this would forget too early what is still right (RFC 6762 §6.6).
      if (heard.ttlS < record.ttlS / 2) this.#add(record, nowMs, nowMs, undefined);
      // It has been said already (RFC 6762 §7.4).
      else this.#pending.delete(key);
    }
  }

  /** When {@link takeDue} has something to send; `Infinity` for never. */
  get nextDueMs(): number {
    if (this.#urgent.length > 0) return -Infinity;
    const pendingMs = [...this.#pending.values()].map(({ dueMs }) => dueMs);
    return Math.min(...this.#announcements, ...pendingMs);
  }

  /** What is to be sent now. */
  takeDue(nowMs: number): Sending[] {
    const records = this.#records;
    const sendings = this.#urgent.splice(0);
    if (records === undefined) return sendings;
    if ((this.#announcements[0] ?? Infinity) <= nowMs) {
      this.#announcements = this.#announcements.filter((dueMs) => dueMs > nowMs);
      for (const record of announced(records)) this.#add(record, nowMs, nowMs, undefined);
    }
    const answers = [...this.#pending.values()]
      .filter(({ dueMs }) => dueMs <= nowMs)
      .map(({ record }) => record);
    if (answers.length === 0) return sendings;
    const additionals = additionalsTo(records, answers)
      .filter((record) => this.#freeAtMs(record) <= nowMs);
    for (const record of [...answers, ...additionals]) {
      this.#pending.delete(recordKey(record));
      this.#sentMs.set(recordKey(record), nowMs);
    }
    return [...sendings, { packet: response(answers, { additionals }) }];
  }

  /** Takes everything back: what to send before the link is left. */
  leave(): Sending[] {
    this.#urgent = [];
    this.#takeBack(() => true);
    this.#records = undefined;
    this.#announcements = [];
    return this.#urgent.splice(0);
  }

  #takeBack(isGone: (record: DnsRecord) => boolean): void {
    const gone = this.#records === undefined ? [] : announced(this.#records).filter(isGone);
    if (gone.length > 0) this.#urgent.push({ packet: response(gone.map(goodbye)) });
    // An absence is told of names only as long as they are announced.
    if (gone.length > 0) this.#pending.clear();
    for (const record of gone) this.#sentMs.delete(recordKey(record));
  }

  #schedule(records: readonly DnsRecord[], truncated: boolean, from: Endpoint, nowMs: number) {
    if (records.length === 0) return;
    const isShared = records.some(({ flush }) => !flush);
    const range = truncated ? TRUNCATED_DELAY_MS : isShared ? SHARED_DELAY_MS : undefined;
    const dueMs = nowMs + (range === undefined ? 0 : pointIn(range, this.#random()));
    for (const record of records) this.#add(record, dueMs, nowMs, from.address);
  }

  #add(record: DnsRecord, dueMs: number, nowMs: number, asker: string | undefined): void {
    const key = recordKey(record);
    const before = this.#pending.get(key);
    const freeMs = Math.max(dueMs, this.#freeAtMs(record), nowMs);
    this.#pending.set(key, {
      record,
      dueMs: Math.min(freeMs, before?.dueMs ?? Infinity),
      asker: before === undefined || before.asker === asker ? asker : undefined,
    });
  }

  /** The rest of the known answers of somebody whose query was truncated (RFC 6762 §7.2). */
  #dropKnown(packet: Packet, from: Endpoint): void {
    for (const record of packet.answers) {
      const key = recordKey(record);
      const pending = this.#pending.get(key);
      const isKnown = pending?.asker === from.address && record.ttlS >= pending.record.ttlS / 2;
      if (isKnown) this.#pending.delete(key);
    }
  }

  #answerLegacy(
    { id, questions }: Packet,
    answers: readonly DnsRecord[],
    from: Endpoint,
    nowMs: number,
  ): void {
    const brief = (record: DnsRecord) => (
      { ...record, ttlS: Math.min(record.ttlS, LEGACY_TTL_S), flush: false }
    );
    const additionals = additionalsTo(this.#records!, answers).map(brief);
    this.#answerAlone(response(answers.map(brief), { id, questions, additionals }), from, nowMs);
  }

  #answerAlone(packet: Packet, to: Endpoint, nowMs: number): void {
    if (packet.answers.length === 0) return;
    this.#unicastMs = this.#unicastMs.filter((atMs) => nowMs - atMs < 1_000);
    if (this.#unicastMs.length >= MAX_UNICASTS_PER_SECOND) return;
    this.#unicastMs.push(nowMs);
    this.#urgent.push({ packet, to });
  }

  /** Others on the link have heard it lately, so that one asker may be answered alone (§5.4). */
  #wasSentLately(record: DnsRecord, nowMs: number): boolean {
    const sentMs = this.#sentMs.get(recordKey(record));
    return sentMs !== undefined && nowMs - sentMs < record.ttlS * 1_000 / 4;
  }

  #freeAtMs(record: DnsRecord): number {
    return (this.#sentMs.get(recordKey(record)) ?? -Infinity) + MULTICAST_INTERVAL_MS;
  }
}

function unique(records: readonly DnsRecord[]): DnsRecord[] {
  return [...new Map(records.map((record) => [recordKey(record), record])).values()];
}
