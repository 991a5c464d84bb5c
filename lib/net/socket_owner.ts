/** Which user of this machine holds the other end of a connection over loopback, as Linux tells. */

/** Both ends of a connection, as the side sees them that was called. */
export interface ConnectionEnds {
  /** IP addresses; an IPv4 address that came over IPv6 may stand as `::ffff:127.0.0.1`. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** One address and port. */
interface End {
  readonly address: string;
  readonly port: number;
}

/** `/proc/net` itself is hidden from some services. */
const IPV4_TABLE = "/proc/self/net/tcp";
const IPV6_TABLE = "/proc/self/net/tcp6";
/** What follows the two addresses in a row, counted from 0. */
const USER = 4;
const INODE = 6;

/**
 * The user id of whoever called.
 *
 * @returns `"gone"` where the caller has let go of its end, which then belongs to nobody; `undefined`
 * where this system does not tell
 */
export async function socketOwner(ends: ConnectionEnds): Promise<number | "gone" | undefined> {
  const table = await readTable(IPV4_TABLE);
  const owner = ownerInTables(table, ends);
  // Each table takes the kernel a while, and nearly every caller is in the first one.
  if (typeof owner === "number") return owner;
  return ownerInTables(table + await readTable(IPV6_TABLE), ends);
}

async function readTable(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}

/**
 * The same from the text of the tables (proc_pid_net(5)). One that does not hold even the end of this
 * process tells nothing.
 */
export function ownerInTables(
  tables: string,
  { remoteAddress, remotePort, localAddress, localPort }: ConnectionEnds,
): number | "gone" | undefined {
  const callers = namesOf({ address: remoteAddress, port: remotePort });
  const called = namesOf({ address: localAddress, port: localPort });
  const rests = callers.map((name, family) => restOf(tables, `${name} ${called[family]} `));
  const row = rests.find((rest) => rest !== undefined);
  if (row === undefined) {
    const isTold = callers.some((name, family) => tables.includes(`${called[family]} ${name} `));
    return isTold ? "gone" : undefined;
  }
  const columns = row.trim().split(/\s+/);
  // A socket that was closed is kept for a while, in the name of root.
  return columns[INODE] === "0" ? "gone" : Number(columns[USER]);
}

/** What follows in the row that begins so, after its number: tables are long, and most of them of no interest. */
function restOf(tables: string, beginning: string): string | undefined {
  const at = tables.indexOf(`: ${beginning}`);
  if (at === -1) return undefined;
  const from = at + beginning.length + 2;
  const end = tables.indexOf("\n", from);
  return tables.slice(from, end === -1 ? undefined : end);
}

/** How the tables write an end: an IPv4 address in a way of its own for each family of the socket. */
function namesOf({ address, port }: End): readonly string[] {
  const portHex = hex(port, 4);
  const ipv4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address)?.slice(1).map(Number);
  if (ipv4 === undefined) {
    return address === "::1" ? [`00000000000000000000000001000000:${portHex}`] : [];
  }
  const word = ipv4.toReversed().map((byte) => hex(byte, 2)).join("");
  return [`${word}:${portHex}`, `0000000000000000FFFF0000${word}:${portHex}`];
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
