/** Who listens on a port, as /proc has it (proc_net_tcp(5), proc_pid_fd(5)). */
import { parseAddress } from "../model/address.ts";
import type { PortOwner } from "./port_owner.ts";
import { linkIfShown, namesIn, readIfShown } from "./proc_files.ts";

/** A socket that listens. */
export interface ListeningSocket {
  /** IP address. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/**
 * Finds the processes; those of other users are not shown to anyone but root.
 *
 * @returns `undefined` where /proc is not shown at all
 */
export async function findLinuxOwners(port: number): Promise<PortOwner[] | undefined> {
  const tables = await Promise.all(
    // Without IPv6 there is no second table.
    ["/proc/net/tcp", "/proc/net/tcp6"].map(readIfShown),
  );
  if (tables[0] === undefined) return undefined;
  const sockets = tables.flatMap((text) => parseListening(text ?? ""))
    .filter((socket) => socket.port === port);
  if (sockets.length === 0) return [];
  const owners = await findProcesses(new Set(sockets.map(({ inode }) => inode)));
  return sockets.map(({ address, inode }) => ({ address, process: owners.get(inode) ?? null }));
}

const LISTEN = "0A";
const SOCKET = /^socket:\[(\d+)\]$/;

/** Reads /proc/net/tcp or tcp6: addresses are hexadecimal, in words of the machine's own byte order. */
export function parseListening(text: string): ListeningSocket[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const [host = "", port = ""] = local.split(":");
    if (state !== LISTEN || !/^([0-9A-F]{8}|[0-9A-F]{32})$/.test(host)) return [];
    return [{ address: readAddress(host), port: parseInt(port, 16), inode }];
  });
}

function readAddress(hex: string): string {
  // Every system this program runs on is little-endian: each word of four bytes stands backwards.
  const words = hex.match(/.{8}/g)!.map((word) => word.match(/../g)!.toReversed());
  const bytes = words.flat().map((byte) => parseInt(byte, 16));
  if (bytes.length === 4) return bytes.join(".");
  const hexBytes = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = hexBytes.match(/.{4}/g)!.join(":");
  // In its one spelling; an IPv4 address in IPv6's clothes becomes one.
  return parseAddress(text, 1)?.host ?? text;
}

type Process = NonNullable<PortOwner["process"]>;

/** By the inode of the socket that they hold. */
async function findProcesses(inodes: ReadonlySet<string>): Promise<Map<string, Process>> {
  const found = new Map<string, Process>();
  for (const pid of (await namesIn("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await namesIn(`/proc/${pid}/fd`)) {
      const inode = SOCKET.exec(await linkIfShown(`/proc/${pid}/fd/${fd}`) ?? "")?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const name = (await readIfShown(`/proc/${pid}/comm`))?.trim() ?? "a process";
      found.set(inode, { name, pid: Number(pid) });
    }
    if (found.size === inodes.size) break;
  }
  return found;
}
