/** The whole examination: this device, and the way to each of its peers. */
import { CodememError, EXIT } from "../errors.ts";
import { isCopyInUse } from "../model/life.ts";
import type { Peer } from "../store/peers/peers.ts";
import type { SyncContext } from "../sync/context.ts";
import { deviceChecks, type ExaminedDevice, isThere, seeDaemon } from "./device_checks.ts";
import { examine, type Finding } from "./finding.ts";
import { findFirewall, judgeInbound } from "./inbound.ts";
import {
  isPassed,
  peerFailure,
  type PeerProbe,
  probePeers,
  seesYou,
  stagesInContext,
} from "./probe_peers.ts";

/** What the examination of the peers works with besides the device. */
export interface PeerExamination {
  /** Those to be asked, where the device can. */
  readonly peers: readonly Peer[];
  /** Where a peer has just been seen on the local network; `host:port` each. */
  readonly discovered?: (deviceId: string) => readonly string[];
  readonly signal: AbortSignal;
  /** A clock that nobody sets. */
  readonly monotonicMs: () => number;
}

/** What an examination has found. */
export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly peers: readonly PeerProbe[];
}

/** Looks at this device, one thing after the other. Changes nothing. */
export async function examineDevice(
  device: ExaminedDevice,
  monotonicMs: () => number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of await deviceChecks(device)) findings.push(await examine(check, monotonicMs));
  return findings;
}

/**
 * Looks at the way to each peer and back. Changes nothing here.
 *
 * @throws interrupted
 */
export async function examinePeers(
  device: ExaminedDevice,
  examination: PeerExamination,
): Promise<DoctorReport> {
  const { context, os, interfaces } = device;
  if (context === null) return { findings: [], peers: [] };
  const peers = await probePeers(examination.peers, { ...examination, context, os, interfaces });
  return { findings: await waysBack(peers, { ...device, context }, examination), peers };
}

async function waysBack(
  peers: readonly PeerProbe[],
  device: ExaminedDevice & { readonly context: SyncContext },
  { monotonicMs }: PeerExamination,
): Promise<Finding[]> {
  const daemon = await seeDaemon(device);
  const listeners = daemon instanceof CodememError ? [] : daemon.facts?.listeners ?? [];
  const firewall = await findFirewall(device.os, isThere);
  const isCopied = isCopyUsed(device.context);
  const checks = peers.filter(({ addresses }) => addresses.some(isPassed)).map((probe) => ({
    check: "inbound" as const,
    subject: probe.peer.name,
    run: () =>
      judgeInbound({
        peerName: probe.peer.name,
        seesYou: seesYou(probe),
        isCopied,
        isListening: listeners.some(({ listening }) => listening),
        port: device.settings.syncPort,
        firewall,
      }),
  }));
  return await Promise.all(checks.map((check) => examine(check, monotonicMs)));
}

/** Whichever of the copies this one is. */
function isCopyUsed({ store, nowMs }: SyncContext): boolean {
  return store.lives.forkedAt() !== null ||
    store.peers.list().some(({ ownCopySeenAt }) => isCopyInUse(ownCopySeenAt, nowMs()));
}

/** How much is wrong. */
export interface Verdict {
  readonly problems: number;
  readonly warnings: number;
  readonly exitCode: number;
}

/**
 * Sums up. A peer is a problem where none of its addresses works, whatever is wrong with each; a
 * stale address beside one that works is none.
 */
export function verdictOf({ findings, peers }: DoctorReport): Verdict {
  const warnings = findings.filter(({ outcome }) => outcome === "warning").length;
  const exits = [
    ...findings.filter(({ outcome }) => outcome === "failed").map(() => EXIT.failed),
    ...peers.map(peerExit).filter((exit) => exit !== EXIT.ok),
  ];
  return {
    problems: exits.length,
    warnings: warnings + peers.reduce((sum, peer) => sum + countWarnings(peer), 0),
    exitCode:
      [EXIT.untrusted, EXIT.failed, EXIT.unreachable].find((exit) => exits.includes(exit)) ??
        EXIT.ok,
  };
}

/** What is the same at several addresses counts once. */
function countWarnings(probe: PeerProbe): number {
  const stages = probe.addresses.flatMap((address) => stagesInContext(probe, address));
  const warned = stages.filter(({ outcome }) => outcome === "warning");
  return new Set(warned.map(({ stage }) => stage)).size;
}

/** A clock that is wrong is no question of trust. */
function peerExit(probe: PeerProbe): number {
  if (probe.addresses.some(isPassed)) return EXIT.ok;
  const failure = peerFailure(probe);
  if (failure === undefined || failure.code === "clock_skew") return EXIT.failed;
  return [EXIT.untrusted, EXIT.unreachable].find((exit) => exit === failure.exitCode) ??
    EXIT.failed;
}
