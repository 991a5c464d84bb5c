/** Multicast DNS messages (RFC 6762 §18), as far as DNS-SD needs them. */
import { Buffer } from "node:buffer";
import dnsPacket, { type WireRecord } from "dns-packet";

/** What a record says of its name. Names are lowercase and without a dot at their end. */
export type RecordData =
  | { readonly type: "PTR"; readonly target: string }
  | { readonly type: "SRV"; readonly target: string; readonly port: number }
  | { readonly type: "TXT"; readonly entries: readonly string[] }
  | { readonly type: "A" | "AAAA"; readonly address: string }
  /** Which types the name has, and that it has no others (RFC 6762 §6.1). */
  | { readonly type: "NSEC"; readonly types: readonly string[] };

/** One resource record. */
export type DnsRecord = RecordData & {
  readonly name: string;
  /** Seconds; 0 says goodbye (RFC 6762 §10.1). */
  readonly ttlS: number;
  /** Whether it replaces all that was known of its name and type (RFC 6762 §10.2). */
  readonly flush: boolean;
};

/** One question. */
export interface Question {
  readonly name: string;
  /** `PTR`, `ANY` and so on. */
  readonly type: string;
  /** Whether the answer may go to the asker alone (RFC 6762 §5.4). */
  readonly unicast: boolean;
}

/** A message; its authority section says nothing to us. */
export interface Packet {
  readonly kind: "query" | "response";
  /** 0 but in legacy queries and the answers to them. */
  readonly id: number;
  /** Whether more known answers follow (RFC 6762 §7.2). */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** Longer messages are against the rules (RFC 6762 §17). */
export const MAX_PACKET_BYTES = 9_000;

const HEADER_BYTES = 12;
/** No honest message has more entries; many more would only keep the reader busy. */
const MAX_ENTRIES = 400;
const AUTHORITATIVE_ANSWER = 1 << 10;

/** A query with id 0 and no known answers, unless `parts` says otherwise. */
export function query(questions: readonly Question[], parts: Partial<Packet> = {}): Packet {
  const rest = { id: 0, truncated: false, answers: [], additionals: [] };
  return { kind: "query", ...rest, questions, ...parts };
}

/** A response to everybody, unless `parts` says otherwise. */
export function response(answers: readonly DnsRecord[], parts: Partial<Packet> = {}): Packet {
  const rest = { id: 0, truncated: false, questions: [], additionals: [] };
  return { kind: "response", ...rest, answers, ...parts };
}

/** The bytes of a message. Questions are always for multicast answers: see {@link Question}. */
export function encodePacket(packet: Packet): Uint8Array {
  return dnsPacket.encode({
    id: packet.id,
    type: packet.kind,
    flags: packet.kind === "response" ? AUTHORITATIVE_ANSWER : 0,
    questions: packet.questions.map(({ name, type }) => ({ name, type })),
    answers: packet.answers.map(toWire),
    additionals: packet.additionals.map(toWire),
  });
}

/**
 * Reads a message.
 *
 * @returns `undefined` for whatever is not one, or not an ordinary one (RFC 6762 §18.3, §18.11);
 * records and questions of classes and types that are not needed here are left out
 */
export function decodePacket(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_PACKET_BYTES) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The counts are checked first, since room is made for as many entries as they name.
  const counts = [4, 6, 8, 10].map((at) => buffer.readUInt16BE(at));
  if (counts.reduce((sum, count) => sum + count) > MAX_ENTRIES) return undefined;
  try {
    const wire = dnsPacket.decode(buffer);
    if (wire.opcode !== "QUERY" || wire.rcode !== "NOERROR") return undefined;
    return {
      kind: wire.type,
      id: wire.id,
      truncated: wire.flag_tc,
      questions: wire.questions.map(fromWireQuestion).filter((question) => question !== undefined),
      answers: fromWire(wire.answers),
      additionals: fromWire(wire.additionals),
    };
  } catch {
    // The decoder throws errors of every kind: none of them is more than "not a message".
    return undefined;
  }
}

/** Equal for records that say the same, whatever their times to live. */
export function recordKey(record: DnsRecord): string {
  const { ttlS: _ttlS, flush: _flush, ...rest } = record;
  return JSON.stringify(rest, Object.keys(rest).toSorted());
}

function toWire(record: DnsRecord): WireRecord {
  const { name, type, ttlS: ttl, flush } = record;
  return { name, type, ttl, flush, data: wireData(record) };
}

function wireData(record: DnsRecord): unknown {
  switch (record.type) {
    case "PTR":
      return record.target;
    case "SRV":
      return { target: record.target, port: record.port, priority: 0, weight: 0 };
    case "TXT":
      return [...record.entries];
    case "NSEC":
      return { nextDomain: record.name, rrtypes: [...record.types] };
    default:
      return record.address;
  }
}

function fromWire(records: readonly WireRecord[]): DnsRecord[] {
  return records.map(fromWireRecord).filter((record) => record !== undefined);
}

function fromWireRecord(wire: WireRecord): DnsRecord | undefined {
  if (wire.class !== "IN") return undefined;
  const data = dataOf(wire);
  if (data === undefined) return undefined;
  return { ...data, name: plainName(wire.name), ttlS: wire.ttl ?? 0, flush: wire.flush ?? false };
}

function dataOf({ type, data }: WireRecord): RecordData | undefined {
  switch (type) {
    case "PTR":
      return { type, target: plainName(data as string) };
    case "SRV": {
      const { target, port } = data as { target: string; port: number };
      return { type, target: plainName(target), port };
    }
    case "TXT":
      return { type, entries: (data as Buffer[]).map((entry) => entry.toString("utf8")) };
    case "NSEC":
      return { type, types: (data as { rrtypes: string[] }).rrtypes };
    case "A":
    case "AAAA":
      return { type, address: data as string };
    default:
      return undefined;
  }
}

/** The package shows a class with the bit for a unicast answer set as an unknown one. */
const CLASSES: Readonly<Record<string, { readonly unicast: boolean }>> = {
  IN: { unicast: false },
  ANY: { unicast: false },
  [`UNKNOWN_${0x8000 | 1}`]: { unicast: true },
  [`UNKNOWN_${0x8000 | 255}`]: { unicast: true },
};

function fromWireQuestion(wire: WireRecord): Question | undefined {
  const found = Object.hasOwn(CLASSES, wire.class ?? "") ? CLASSES[wire.class!] : undefined;
  return found && { name: plainName(wire.name), type: wire.type, unicast: found.unicast };
}

/** Names differ neither by case (RFC 6762 §16) nor by how the package writes the root. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
