/** Asks on one link where sought devices are, and keeps what they say (RFC 6762 §5.2, §7.1). */
import { type Packet, query, type Question } from "./packet.ts";
import { pointIn } from "./point_in.ts";
import { SERVICE } from "./records.ts";
import type { KnownTags } from "./known_tags.ts";
import type { SeenAddress } from "./sighting.ts";
import { type FoundAddress, Sightings } from "./sightings.ts";

const FIRST_INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 60 * 60 * 1_000;
/** At least two (RFC 6762 §5.2): a device that comes back announces itself. */
const INTERVAL_GROWTH = 3;
/** So that devices that start at the same time do not ask at the same time (RFC 6762 §5.2). */
const START_DELAY_MS = [20, 120] as const;

/** The browser of one link. Times are milliseconds since 1970, because tags depend on the date. */
export class Browser {
  readonly #random: () => number;
  readonly #sightings: Sightings;
  #lastQueryMs = -Infinity;
  #nextQueryMs = Infinity;
  #intervalMs = FIRST_INTERVAL_MS;

  constructor(tags: KnownTags, random: () => number) {
    this.#random = random;
    this.#sightings = new Sightings(tags, random);
  }

  /**
   * Asks anew; what is not confirmed soon is forgotten.
   *
   * @param spread from 0 to 1: where in the delay that devices which start together are spread over
   */
  restart(nowMs: number, spread: number): void {
    for (const sighting of this.#sightings) sighting.doubt(nowMs);
    this.#askSoon(nowMs, spread);
  }

  /** Whether anything was found that came from an address. */
  knows(source: string): boolean {
    return [...this.#sightings].some((sighting) => sighting.source === source);
  }

  /**
   * Takes in a response that came from the multicast DNS port of an address on this link.
   *
   * @returns the addresses that were not known before
   */
  heardResponse(packet: Packet, source: string, nowMs: number): FoundAddress[] {
    return this.#sightings.take([...packet.answers, ...packet.additionals], source, nowMs);
  }

  /** The addresses of a device that are valid at `nowMs`, in the order in which they were found. */
  addressesOf(deviceId: string, nowMs: number): SeenAddress[] {
    return this.#sightings.addressesOf(deviceId, nowMs);
  }

  /** When {@link takeDue} has something to do. */
  get nextDueMs(): number {
    return Math.min(this.#nextQueryMs, ...[...this.#sightings].map(({ nextDueMs }) => nextDueMs));
  }

  /** The queries to send now. */
  takeDue(nowMs: number): Packet[] {
    // Its goodbye may be all that was heard of a device that has moved.
    if (this.#sightings.prune(nowMs)) this.#askSoon(nowMs, this.#random());
    const questions = [...this.#sightings]
      .map((sighting) => sighting.takeAsk(nowMs))
      .filter((names) => names !== undefined)
      .flatMap(({ instance, host }) => [
        ask(instance, "SRV"),
        ...(host === undefined ? [] : [ask(host, "A"), ask(host, "AAAA")]),
      ]);
    const queries = questions.length === 0 ? [] : [query(questions)];
    if (this.#nextQueryMs > nowMs) return queries;
    this.#lastQueryMs = nowMs;
    this.#nextQueryMs = nowMs + this.#intervalMs;
    this.#intervalMs = Math.min(this.#intervalMs * INTERVAL_GROWTH, LONGEST_INTERVAL_MS);
    return [...queries, query([ask(SERVICE, "PTR")], { answers: this.#knownAnswers(nowMs) })];
  }

  #askSoon(nowMs: number, spread: number): void {
    const soonMs = nowMs + pointIn(START_DELAY_MS, spread);
    this.#nextQueryMs = Math.max(soonMs, this.#lastQueryMs + FIRST_INTERVAL_MS);
    this.#intervalMs = FIRST_INTERVAL_MS;
  }

  #knownAnswers(nowMs: number): Packet["answers"] {
    return [...this.#sightings].flatMap((sighting) => {
      const ttlS = sighting.knownForS(nowMs);
      if (ttlS === undefined) return [];
      return [{ type: "PTR", name: SERVICE, target: sighting.instance, ttlS, flush: false }];
    });
  }
}

/**
 * A question to be answered to everybody: an answer to us alone would go to the port that other
 * programs of this machine listen on as well, and reach one of them.
 */
function ask(name: string, type: string): Question {
  return { name, type, unicast: false };
}
