/**
 * What stands in a DNS message (RFC 1035 §4), read without the program's own code, so that a test
 * can hold it against what the program sends.
 */

/** One resource record. */
export interface DnsRecord {
  /** Labels joined by dots, as they were written. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "PTR" | "SRV" | "TXT" | number;
  readonly ttlS: number;
  /** Where its data stand in the message. */
  readonly dataAt: number;
  readonly data: Uint8Array;
  /**
   * The data as a text: an IPv4 address, an IPv6 address in full, the name of a pointer,
   * `target:port` of a service, the strings of a text joined by `;`; hex of the rest.
   */
  readonly text: string;
}

/** A message without its header. */
export interface DnsMessage {
  readonly isResponse: boolean;
  /** Names that are asked for. */
  readonly questions: readonly string[];
  /** Of all three sections, in order. */
  readonly records: readonly DnsRecord[];
}

const TYPES: Readonly<Record<number, Exclude<DnsRecord["type"], number>>> = {
  1: "A",
  12: "PTR",
  16: "TXT",
  28: "AAAA",
  33: "SRV",
};

/** Reads a message. @throws {RangeError} where it ends too early */
export function readDnsMessage(bytes: Uint8Array): DnsMessage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 12;
  const questions = Array.from({ length: view.getUint16(4) }, () => {
    const { name, next } = readName(bytes, at);
    at = next + 4;
    return name;
  });
  const count = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  const records = Array.from({ length: count }, () => {
    const { name, next } = readName(bytes, at);
    const dataAt = next + 10;
    at = dataAt + view.getUint16(next + 8);
    const type = TYPES[view.getUint16(next)] ?? view.getUint16(next);
    const data = bytes.subarray(dataAt, at);
    const text = dataText(type, bytes, dataAt, data);
    return { name, type, ttlS: view.getUint32(next + 4), dataAt, data, text };
  });
  return { isResponse: (view.getUint8(2) & 0x80) !== 0, questions, records };
}

/** A question for the pointers of a service, as a browser asks it (RFC 6763 §4.1). */
export function encodePointerQuestion(service: string): Uint8Array {
  const labels = service.split(".").map((label) => new TextEncoder().encode(label));
  const name = labels.flatMap((label) => [label.length, ...label]);
  return new Uint8Array([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 12, 0, 1]);
}

function dataText(
  type: DnsRecord["type"],
  message: Uint8Array,
  at: number,
  data: Uint8Array,
): string {
  switch (type) {
    case "A":
      return data.join(".");
    case "AAAA":
      return data.toHex().match(/.{4}/g)!.join(":");
    case "PTR":
      return readName(message, at).name;
    case "SRV":
      return `${readName(message, at + 6).name}:${data[4]! * 256 + data[5]!}`;
    case "TXT":
      return textStrings(data).map(({ start, end }) => latin1(data.subarray(start, end))).join(";");
    default:
      return data.toHex();
  }
}

/** Where the strings of a TXT record's data are. */
export function textStrings(data: Uint8Array): { readonly start: number; readonly end: number }[] {
  const strings = [];
  for (let at = 0; at < data.length; at += 1 + data[at]!) {
    strings.push({ start: at + 1, end: at + 1 + data[at]! });
  }
  return strings;
}

/** A name may go on anywhere earlier in the message (RFC 1035 §4.1.4). */
function readName(bytes: Uint8Array, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let next: number | undefined;
  for (let at = start;;) {
    const length = bytes[at];
    if (length === undefined) throw new RangeError("A name goes on beyond the message's end");
    if (length === 0) return { name: labels.join("."), next: next ?? at + 1 };
    if (length < 0xc0) {
      labels.push(latin1(bytes.subarray(at + 1, at + 1 + length)));
      at += 1 + length;
    } else {
      next ??= at + 2;
      const target = (length & 0x3f) * 256 + bytes[at + 1]!;
      if (target >= at) throw new RangeError("A name points forward");
      at = target;
    }
  }
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
