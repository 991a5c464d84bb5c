/** Who listens on a port, as /proc has it (proc_net_tcp(5), proc_pid_fd(5)). */
import { parseAddress } from "../model/address.ts";
import type { PortOwner } from "./port_owner.ts";

/** A socket that listens. */
export interface ListeningSocket {
  /** IP address. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** Finds the processes; those of other users are not shown to anyone but root. */
export async function findLinuxOwners(port: number): Promise<PortOwner[]> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readText(`/proc/net/${name}`)));
  const sockets = tables.flatMap((text) => parseListening(text ?? ""))
    .filter((socket) => socket.port === port);
  if (sockets.length === 0) return [];
  const owners = await findProcesses(new Set(sockets.map(({ inode }) => inode)));
  return sockets.map(({ address, inode }) => ({ address, process: owners.get(inode) ?? null }));
}

const LISTEN = "0A";

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

/** By the inode of the socket that they hold. */
async function findProcesses(inodes: ReadonlySet<string>): Promise<Map<string, Process>> {
  const found = new Map<string, Process>();
  for (const pid of (await names("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await names(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readLink(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const name = (await readText(`/proc/${pid}/comm`))?.trim() ?? "a process";
      found.set(inode, { name, pid: Number(pid) });
    }
    if (found.size === inodes.size) break;
  }
  return found;
}

type Process = NonNullable<PortOwner["process"]>;

/** A process may end, or be another user's: then there is nothing to see. */
async function unlessHidden<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error) return otherwise;
    throw error;
  }
}

const names = (folder: string) =>
  unlessHidden(
    async () => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name),
    [],
  );
const readLink = (path: string) => unlessHidden(() => Deno.readLink(path), "");
const readText = (path: string) =>
  unlessHidden<string | undefined>(() => Deno.readTextFile(path), undefined);
