/** Which user of this machine holds the other end of a connection over loopback, as Linux tells. */

/** Both ends of a connection, as the side sees them that was called. */
export interface ConnectionEnds {
  /** IP addresses; an IPv4 address that came over IPv6 may stand as `::ffff:127.0.0.1`. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** One address and port, as the table writes it. */
interface End {
  readonly address: string;
  readonly port: number;
}

/** The tables of this process's network; `/proc/net` itself is hidden from some services. */
const TABLES = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
const LOCAL_END = 1;
const REMOTE_END = 2;
const USER = 7;
const INODE = 9;

/**
 * The user id of whoever called.
 *
 * @returns `"gone"` where the caller has let go of its end, which then belongs to nobody; `undefined`
 * where this system does not tell
 */
export async function socketOwner(ends: ConnectionEnds): Promise<number | "gone" | undefined> {
  try {
    const tables = await Promise.all(TABLES.map((path) => Deno.readTextFile(path).catch(() => "")));
    return ownerInTables(tables.join("\n"), ends);
  } catch {
    return undefined;
  }
}

/**
 * The same from the text of the tables (proc_pid_net(5)). One that does not hold even the end of this
 * process tells nothing.
 */
export function ownerInTables(
  tables: string,
  { remoteAddress, remotePort, localAddress, localPort }: ConnectionEnds,
): number | "gone" | undefined {
  const caller = namesOf({ address: remoteAddress, port: remotePort });
  const called = namesOf({ address: localAddress, port: localPort });
  let isTold = false;
  for (const line of tables.split("\n")) {
    const columns = line.trim().split(/\s+/);
    const [local = "", remote = ""] = [columns[LOCAL_END], columns[REMOTE_END]];
    isTold ||= called.includes(local) && caller.includes(remote);
    if (!caller.includes(local) || !called.includes(remote)) continue;
    // A socket that was closed is kept for a while, in the name of root.
    return columns[INODE] === "0" ? "gone" : Number(columns[USER]);
  }
  return isTold ? "gone" : undefined;
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
