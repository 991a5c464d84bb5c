/** Which records an advert is (RFC 6763 §4 to §6), and which of them answer a question. */
import type { Address } from "../model/address.ts";
import { type DnsRecord, type Question, recordKey } from "./packet.ts";

/** What is browsed for: every device of every user. */
export const SERVICE = "_codemem._tcp.local";
/** Where all services of a network are asked for (RFC 6763 §9). */
export const ALL_SERVICES = "_services._dns-sd._udp.local";

/** For records that name a host, in seconds (RFC 6762 §10). */
export const HOST_TTL_S = 120;
/** For all others, in seconds (RFC 6762 §10). */
export const OTHER_TTL_S = 4_500;

/** More addresses of one interface would only make packets long. */
const MAX_ADDRESSES = 8;

/** The random labels under which a device announces itself for one epoch. */
export interface AdvertNames {
  readonly instance: string;
  /** Not the machine's name, which belongs to the system's own responder. */
  readonly host: string;
}

/** The records of one advert on one interface. */
export interface AdvertRecords {
  /** Shared by all devices: it is answered, never announced nor taken back. */
  readonly service: DnsRecord;
  readonly instance: DnsRecord;
  readonly srv: DnsRecord;
  readonly txt: DnsRecord;
  readonly hosts: readonly DnsRecord[];
}

/**
 * The records that say: here is whoever this tag stands for, at these addresses.
 *
 * @param addresses those to announce; an advert has one port, so others than the first one's are left
 * out
 * @returns `undefined` where there are none
 */
export function advertRecords(
  names: AdvertNames,
  tag: string,
  addresses: readonly Address[],
): AdvertRecords | undefined {
  const port = addresses[0]?.port;
  if (port === undefined) return undefined;
  const instance = `${names.instance}.${SERVICE}`;
  const host = `${names.host}.local`;
  const shared = { ttlS: OTHER_TTL_S, flush: false };
  return {
    service: { type: "PTR", name: ALL_SERVICES, target: SERVICE, ...shared },
    instance: { type: "PTR", name: SERVICE, target: instance, ...shared },
    srv: { type: "SRV", name: instance, target: host, port, ttlS: HOST_TTL_S, flush: true },
    txt: {
      type: "TXT",
      name: instance,
      entries: ["v=3", `t=${tag}`],
      ttlS: OTHER_TTL_S,
      flush: true,
    },
    hosts: addresses
      .filter((address) => address.port === port)
      .slice(0, MAX_ADDRESSES)
      .map(({ host: address }) => hostRecord(host, address)),
  };
}

/** All that is announced at the start and taken back at the end. */
export function announced({ instance, srv, txt, hosts }: AdvertRecords): DnsRecord[] {
  return [instance, srv, txt, ...hosts];
}

/** The same record, saying goodbye. */
export function goodbye(record: DnsRecord): DnsRecord {
  return { ...record, ttlS: 0 };
}

/** The records that answer one question: an NSEC where a name of ours lacks the type asked for. */
export function answersTo(records: AdvertRecords, { name, type }: Question): DnsRecord[] {
  const named = [records.service, ...announced(records)].filter((record) => record.name === name);
  const answers = named.filter((record) => type === "ANY" || record.type === type);
  const isOwnName = named.some(({ flush }) => flush);
  return answers.length > 0 || !isOwnName ? answers : [absence(name, named)];
}

/** What an asker will want to know next (RFC 6763 §12), beside the answers themselves. */
export function additionalsTo(records: AdvertRecords, answers: readonly DnsRecord[]): DnsRecord[] {
  const { instance, srv, txt, hosts } = records;
  const further = answers.includes(instance)
    ? [srv, txt, ...hosts]
    : answers.includes(srv)
    ? hosts
    : [];
  const given = new Set(answers.map(recordKey));
  return further.filter((record) => !given.has(recordKey(record)));
}

function hostRecord(name: string, address: string): DnsRecord {
  const type = address.includes(":") ? "AAAA" : "A";
  return { type, name, address, ttlS: HOST_TTL_S, flush: true };
}

function absence(name: string, named: readonly DnsRecord[]): DnsRecord {
  const types = [...new Set(named.map(({ type }) => type))];
  return { type: "NSEC", name, types, ttlS: HOST_TTL_S, flush: true };
}
