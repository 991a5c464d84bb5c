/** What one source has told of one advert of a sought device. */
import { addressScope, formatAddress, isPort, parseAddress } from "../model/address.ts";
import type { DnsRecord } from "./packet.ts";
import { HOST_TTL_S, OTHER_TTL_S, SERVICE } from "./records.ts";

/** Since when, and until when, a record is valid. */
interface Lifetime {
  readonly learnedMs: number;
  readonly expiresMs: number;
}

/** Records that are taken back or replaced stay valid for this time (RFC 6762 §10.1, §10.2). */
const FAREWELL_MS = 1_000;
/** What is in doubt is forgotten unless it is confirmed within this time (RFC 6762 §10.4). */
const DOUBT_MS = 10_000;
/** An advert that lacks a port or an address is asked for the rest after these times. */
const ASK_AFTER_MS = [100, 1_000, 3_000];
/** The parts of its lifetime after which a record is asked for again (RFC 6762 §5.2). */
const REFRESH_AT = [0.80, 0.85, 0.90, 0.95];
/** Askers of the same record are spread over this part of its lifetime. */
const REFRESH_SPREAD = 0.02;
const MAX_ADDRESSES = 8;

/** An address at which the device says it listens. */
export interface SeenAddress {
  /** `host:port`. */
  readonly address: string;
  /** Whether packets came from it: it exists, and is on this link. */
  readonly isSource: boolean;
}

/**
 * One advert as one source tells it. Another source cannot change it: whoever copies an advert makes
 * a sighting of his own, and can neither take back nor replace what the device itself has said.
 */
export class Sighting {
  readonly deviceId: string;
  readonly instance: string;
  /** IP address. */
  readonly source: string;
  /** When its tag is recognised no longer. */
  readonly #validUntilMs: number;
  /** What makes refreshes of many askers differ, from 0 to 1. */
  readonly #spread: number;
  #pointer: Lifetime | undefined;
  #port: (Lifetime & { readonly host: string; readonly port: number }) | undefined;
  readonly #addresses = new Map<string, Lifetime>();
  #asksMs: number[];
  #incompleteUntilMs: number;

  constructor(
    options: {
      readonly deviceId: string;
      readonly instance: string;
      readonly source: string;
      readonly validUntilMs: number;
      readonly spread: number;
    },
    nowMs: number,
  ) {
    this.deviceId = options.deviceId;
    this.instance = options.instance;
    this.source = options.source;
    this.#validUntilMs = options.validUntilMs;
    this.#spread = options.spread;
    this.#asksMs = ASK_AFTER_MS.map((afterMs) => nowMs + afterMs);
    this.#incompleteUntilMs = nowMs + DOUBT_MS;
  }

  /** Takes in all records of one packet of its source. */
  take(records: readonly DnsRecord[], nowMs: number): void {
    let isNews = false;
    for (const record of records) {
      if (record.type === "PTR" && record.name === SERVICE && record.target === this.instance) {
        this.#pointer = lifetime(record.ttlS, OTHER_TTL_S, nowMs);
        if (record.ttlS === 0) this.#shorten(nowMs + FAREWELL_MS);
      } else if (record.type === "SRV" && record.name === this.instance && isPort(record.port)) {
        this.#takePort(record, nowMs);
        isNews = true;
      }
    }
    if (this.#takeAddresses(records, nowMs) || isNews) this.#scheduleAsks(nowMs);
  }

  /** The addresses that are valid now; none where the port is not known. */
  addresses(nowMs: number): SeenAddress[] {
    const port = this.#port;
    if (port === undefined || port.expiresMs <= nowMs || this.#validUntilMs <= nowMs) return [];
    return [...this.#addresses]
      .filter(([, { expiresMs }]) => expiresMs > nowMs)
      .map(([host]) => ({
        address: formatAddress({ host, port: port.port }),
        isSource: host === this.source,
      }));
  }

  /** Whether one of its addresses, whatever the port, is the source. */
  get isFromSource(): boolean {
    return this.#addresses.has(this.source);
  }

  /**
   * The known answer that keeps others from telling of this advert again (RFC 6762 §7.1).
   *
   * @returns for how many seconds it is known yet; `undefined` where it should be told again
   */
  knownForS(nowMs: number): number | undefined {
    if (this.addresses(nowMs).length === 0) return undefined;
    const leftMs = (this.#pointer?.expiresMs ?? 0) - nowMs;
    return leftMs >= OTHER_TTL_S * 1_000 / 2 ? Math.floor(leftMs / 1_000) : undefined;
  }

  /** Names to ask for at `nowMs`, if it is time to; each such time is told once. */
  takeAsk(nowMs: number): { readonly instance: string; readonly host?: string } | undefined {
    if ((this.#asksMs[0] ?? Infinity) > nowMs) return undefined;
    this.#asksMs = this.#asksMs.filter((atMs) => atMs > nowMs);
    return { instance: this.instance, host: this.#port?.host };
  }

  /** When it is to be asked for, or has ended. */
  get nextDueMs(): number {
    return Math.min(this.#asksMs[0] ?? Infinity, this.endsMs);
  }

  /** When the last of it is no longer valid. */
  get endsMs(): number {
    const port = this.#port;
    const lastMs = Math.max(...[...this.#addresses.values()].map(({ expiresMs }) => expiresMs));
    if (port === undefined || lastMs === -Infinity) {
      return Math.min(this.#incompleteUntilMs, this.#validUntilMs);
    }
    return Math.min(port.expiresMs, lastMs, this.#validUntilMs);
  }

  /** Forgets whatever is not confirmed soon. */
  doubt(nowMs: number): void {
    this.#shorten(nowMs + DOUBT_MS);
  }

  #shorten(untilMs: number): void {
    this.#asksMs = [];
    this.#incompleteUntilMs = Math.min(this.#incompleteUntilMs, untilMs);
    if (this.#pointer !== undefined) this.#pointer = shortened(this.#pointer, untilMs);
    if (this.#port !== undefined) this.#port = { ...this.#port, ...shortened(this.#port, untilMs) };
    for (const [host, each] of this.#addresses) this.#addresses.set(host, shortened(each, untilMs));
  }

  #takePort({ target: host, port, ttlS }: DnsRecord & { type: "SRV" }, nowMs: number): void {
    if (this.#port === undefined && ttlS === 0) return;
    if (this.#port?.host !== host) {
      this.#addresses.clear();
      this.#incompleteUntilMs = nowMs + DOUBT_MS;
    }
    this.#port = { host, port, ...lifetime(ttlS, HOST_TTL_S, nowMs) };
  }

  #takeAddresses(records: readonly DnsRecord[], nowMs: number): boolean {
    const name = this.#port?.host;
    const heard = records.flatMap((record) =>
      (record.type === "A" || record.type === "AAAA") && record.name === name ? [record] : []
    );
    const usable = heard.flatMap((record) => {
      const host = dialableHost(record.address);
      return host === undefined ? [] : [{ host, ttlS: record.ttlS }];
    });
    const flushed = new Set(heard.filter(({ flush }) => flush).map(({ type }) => type));
    const hosts = new Set(usable.map(({ host }) => host));
    for (const [host, each] of this.#addresses) {
      const isReplaced = flushed.has(host.includes(":") ? "AAAA" : "A") && !hosts.has(host) &&
        nowMs - each.learnedMs > FAREWELL_MS;
      if (isReplaced) this.#addresses.set(host, shortened(each, nowMs + FAREWELL_MS));
      if (each.expiresMs <= nowMs) this.#addresses.delete(host);
    }
    for (const { host, ttlS } of usable) {
      const isNew = !this.#addresses.has(host);
      if (isNew && (ttlS === 0 || this.#addresses.size >= MAX_ADDRESSES)) continue;
      this.#addresses.set(host, lifetime(ttlS, HOST_TTL_S, nowMs));
    }
    return usable.length > 0;
  }

  /** Asks at the times of whichever record is to be refreshed first; not for what said goodbye. */
  #scheduleAsks(nowMs: number): void {
    if (this.#port === undefined || this.#addresses.size === 0) return;
    this.#asksMs = [this.#port, ...this.#addresses.values()]
      .filter(({ learnedMs, expiresMs }) => expiresMs - learnedMs > FAREWELL_MS)
      .map(({ learnedMs, expiresMs }) => {
        const part = (at: number) => at + this.#spread * REFRESH_SPREAD;
        return REFRESH_AT.map((at) => learnedMs + (expiresMs - learnedMs) * part(at));
      })
      .map((asksMs) => asksMs.filter((atMs) => atMs > nowMs))
      .reduce((a, b) => (b[0] ?? Infinity) < (a[0] ?? Infinity) ? b : a, []);
  }
}

/** A time to live of 0 says goodbye; one that is longer than ours is not believed. */
function lifetime(ttlS: number, longestS: number, nowMs: number): Lifetime {
  const ms = ttlS === 0 ? FAREWELL_MS : Math.min(ttlS, longestS) * 1_000;
  return { learnedMs: nowMs, expiresMs: nowMs + ms };
}

function shortened({ learnedMs, expiresMs }: Lifetime, untilMs: number): Lifetime {
  return { learnedMs, expiresMs: Math.min(expiresMs, untilMs) };
}

/** An address in its one spelling; `undefined` where no device of others is behind it. */
function dialableHost(address: string): string | undefined {
  const host = parseAddress(address, 1)?.host;
  if (host === undefined) return undefined;
  const scope = addressScope(host);
  return scope === "undialable" || scope === "loopback" ? undefined : host;
}
