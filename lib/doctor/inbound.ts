/** Whether other devices reach this one, as they say themselves: a firewall shows nowhere else. */
import type { PeerState } from "../model/peer.ts";
import { type Judgement, ok, skipped, warning } from "./finding.ts";

/** A firewall whose command is known. */
export type Firewall = "ufw" | "firewalld" | "nftables" | "macos";

/** The way back from a peer. */
export interface WayBack {
  readonly peerName: string;
  /** How the peer's own attempts to reach this device ended last; null where it has not told. */
  readonly seesYou: PeerState | null;
  /** Whether another copy of this database is in use: then the peer may speak of that. */
  readonly isCopied: boolean;
  /** Whether this device listens at all. */
  readonly isListening: boolean;
  readonly port: number;
  /** What is installed here; `undefined` where nothing was found. */
  readonly firewall: Firewall | undefined;
}

/** Judges the way back from a peer that was reached from here. */
export function judgeInbound(way: WayBack): Judgement {
  const { peerName, seesYou, isCopied, isListening } = way;
  if (seesYou === null) return skipped(`${peerName} does not say how it reaches this device`);
  if (seesYou === "ok" || seesYou === "syncing") return ok(`${peerName} reaches this device`);
  if (isCopied) return skipped(`${peerName} may mean the other copy of this database`);
  if (seesYou === "never") return skipped(`${peerName} has not tried to reach this device yet`);
  if (seesYou !== "offline") {
    const what = PROBLEMS[seesYou];
    return warning(`${peerName} reaches this device, and ${what}`, LOOK_THERE);
  }
  const detail = `${peerName} cannot reach this device`;
  return isListening
    ? warning(detail, firewallHint(way))
    : warning(`${detail}: codemem serve does not listen`, "Run `codemem sync start`");
}

const PROBLEMS = {
  auth_failed: "one of the two does not accept the other's key",
  incompatible: "finds another version of the protocol",
  error: "its passes fail",
} as const;

const LOOK_THERE = "Run `codemem sync doctor` there";

function firewallHint({ port, firewall }: WayBack): string {
  if (firewall === undefined) return `Let TCP port ${port} in through the firewall of this device`;
  return HINTS[firewall](port);
}

const HINTS: Readonly<Record<Firewall, (port: number) => string>> = {
  ufw: (port) => `Let the port in: \`sudo ufw allow ${port}/tcp\``,
  firewalld: (port) =>
    `Let the port in: \`sudo firewall-cmd --permanent --add-port=${port}/tcp && ` +
    "sudo firewall-cmd --reload`",
  nftables: (port) => `Let TCP port ${port} in: accept it in the input chain of /etc/nftables.conf`,
  macos: (port) =>
    `Allow incoming connections for codemem (TCP port ${port}) in System Settings, Network, Firewall`,
};

/** Where the command of each firewall of Linux lies; the first that is there is taken. */
const COMMANDS: readonly (readonly [Firewall, readonly string[]])[] = [
  ["ufw", ["/usr/sbin/ufw", "/sbin/ufw"]],
  ["firewalld", ["/usr/bin/firewall-cmd", "/bin/firewall-cmd"]],
  ["nftables", ["/usr/sbin/nft", "/sbin/nft"]],
];

/** Which firewall this machine has. @param isThere whether a file is */
export async function findFirewall(
  os: typeof Deno.build.os,
  isThere: (path: string) => Promise<boolean>,
): Promise<Firewall | undefined> {
  if (os === "darwin") return "macos";
  for (const [firewall, paths] of COMMANDS) {
    for (const path of paths) if (await isThere(path)) return firewall;
  }
  return undefined;
}
