/** Who holds a port that this device wants. */
import { isIpAddress, isLoopbackHost, isWildcardHost } from "../model/address.ts";
import { failed, type Judgement, ok, skipped } from "./finding.ts";
import { findLinuxOwners } from "./linux_ports.ts";
import { findMacOwners } from "./mac_ports.ts";

/** A process that listens on a port. */
export interface PortOwner {
  /** As it stands in the socket: an IP address, `*` for all of them. */
  readonly address: string;
  /** Null where the system does not show the processes of other users. */
  readonly process: { readonly name: string; readonly pid: number } | null;
}

/** Runs a program of the system and returns what it prints; `undefined` where there is none such. */
export type ProgramOutput = (name: string, args: readonly string[]) => Promise<string | undefined>;

/** A port, and who should hold it. */
export interface WantedPort {
  readonly port: number;
  /** The addresses to listen on; a name among them is one of the loopback addresses. */
  readonly binds: readonly string[];
  /** What to change for another one: `sync_port`. */
  readonly setting: string;
  /** The environment variable that the port comes from, where it does. */
  readonly variable?: string | undefined;
  /** Of the daemon of this device, where one runs. */
  readonly daemonPid: number | undefined;
}

/** Judges who holds a port. @param owners `undefined` where the system does not tell */
export function judgePort(
  wanted: WantedPort,
  owners: readonly PortOwner[] | undefined,
): Judgement {
  const { port, binds } = wanted;
  if (owners === undefined) return skipped(`the system does not tell who holds port ${port}`);
  const other = findOther(wanted, owners);
  if (other !== undefined) {
    return failed(
      `port ${port} is held by ${ownerName(other)}`,
      `End it, or ${otherPort(wanted)}`,
    );
  }
  const isHeld = owners.some(({ address }) => isInTheWay(address, binds));
  return ok(isHeld ? `codemem serve holds port ${port}` : `port ${port} is free`);
}

/** Whoever keeps this device from listening on a port; `undefined` where nobody does. */
export function findOther(
  { binds, daemonPid }: WantedPort,
  owners: readonly PortOwner[],
): PortOwner | undefined {
  return owners.find(({ address, process }) =>
    isInTheWay(address, binds) && (process === null || process.pid !== daemonPid)
  );
}

/** How another port is chosen, in words. */
export function otherPort({ setting, variable }: WantedPort): string {
  return variable === undefined
    ? `choose another port with \`codemem config set ${setting} PORT\``
    : `set ${variable} to another port`;
}

/** An owner in words: "nginx (pid 7)". */
export function ownerName({ process }: PortOwner): string {
  return process === null ? "another user's process" : `${process.name} (pid ${process.pid})`;
}

function isInTheWay(address: string, binds: readonly string[]): boolean {
  return binds.some((bind) => collides(address, bind));
}

/** Whether a socket at `address` keeps another from `bind`. */
function collides(address: string, bind: string): boolean {
  if (address === "*" || isWildcardHost(address) || isWildcardHost(bind)) return true;
  return isIpAddress(bind) ? address === bind : isLoopbackHost(address);
}

/** Everyone who listens on a port; `undefined` where the system does not tell. */
export async function findPortOwners(
  port: number,
  { os, programOutput }: {
    readonly os: typeof Deno.build.os;
    readonly programOutput: ProgramOutput;
  },
): Promise<PortOwner[] | undefined> {
  if (os === "linux") return await findLinuxOwners(port);
  return os === "darwin" ? await findMacOwners(port, programOutput) : undefined;
}
