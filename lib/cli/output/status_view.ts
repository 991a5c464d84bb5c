/** How sync stands, for people. */
import { formatAddress } from "../../model/address.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { isCopyInUse, WAY_OUT_OF_COPY, waysOutOfFork } from "../../model/life.ts";
import type { ListenerFact } from "../../model/listener.ts";
import type {
  DaemonReport,
  KeyStoreReport,
  PeerReport,
  ServiceReport,
  StatusReport,
} from "../../sync/report/status_report.ts";
import { clockTime } from "../../model/clock_time.ts";
import { counted } from "../../model/counted.ts";
import type { Output } from "./output.ts";
import { relativeTime } from "../../model/relative_time.ts";
import { peerNames } from "../../model/peer_names.ts";

/** Shows a report, one fact a line. */
export function showStatus(report: StatusReport, output: Output, nowMs: number): void {
  const { daemon, digest, fingerprint, legacyPending, quarantined } = report;
  const row = (name: string, text: string) => output.line(`${name.padEnd(13)}${text}`);
  row("sync", report.enabled ? "enabled" : "disabled");
  row("device", `${report.deviceName} (${report.deviceId})`);
  if (report.identityFault !== null) {
    row("problem", report.identityFault.message);
    if (report.identityFault.hint !== null) row("", `hint: ${report.identityFault.hint}`);
  }
  if (fingerprint !== null) row("fingerprint", formatFingerprint(fingerprint));
  if (report.rotatedAt !== null) row("", `key rotated ${relativeTime(report.rotatedAt, nowMs)}`);
  if (report.keyStore.name !== null) row("key", keyLine(report.keyStore) + keyCaveat(report));
  if (report.forkedAt !== null) row("forked", forkedLine(report.forkedAt, nowMs));
  else if (isCopyInUse(report.copySeenAt, nowMs)) row("copy", copyLine(report.copySeenAt!, nowMs));
  row("serve", serveLine(daemon));
  if (report.service.installed) row("service", serviceLine(report.service));
  if (daemon.fault !== null) {
    row("fault", `${daemon.fault.message}, ${relativeTime(daemon.fault.at, nowMs)}`);
  }
  for (const listener of report.listeners) row("listener", listenerLine(listener));
  for (const hint of hintsOf(report.listeners)) row("", `hint: ${hint}`);
  if (report.enabled) row("discovery", discoveryLine(report));
  if (report.databaseHeld) row("database", HELD);
  if (!report.databaseMissing) {
    row("memories", `${counted(digest.live, "memory")}, ${digest.tombstones} deleted`);
  }
  if (legacyPending > 0) row("", `${counted(legacyPending, "memory")} not in the op log yet`);
  if (quarantined > 0) {
    row(
      "quarantine",
      `${counted(quarantined, "op")} could not be applied: \`codemem sync quarantine\``,
    );
  }
  const isToldAbove = report.lastError === report.identityFault?.message;
  if (report.lastError !== null && !isToldAbove) row("last error", report.lastError);
  if (report.peers.length === 0 && !report.databaseMissing) {
    row("peers", "none: `codemem sync pair` invites one");
  }
  const names = peerNames(report.peers);
  for (const peer of report.peers) {
    row("peer", `${names.get(peer.deviceId)}: ${standing(peer, nowMs)}`);
  }
  // A fork is told above, with what to do.
  if (report.forkedAt === null && report.peers.some(needsHelp)) {
    row("", "hint: `codemem sync doctor` says what to do");
  }
}

/** Whether a peer does not come right by itself. */
function needsHelp({ state }: PeerReport): boolean {
  return state === "auth_failed" || state === "incompatible" || state === "error";
}

function forkedLine(at: string, nowMs: number): string {
  return `another copy of this database has been used, noticed ${relativeTime(at, nowMs)}. ` +
    waysOutOfFork("this device");
}

function copyLine(at: string, nowMs: number): string {
  return `another machine uses a copy of this database, refused by a peer ${
    relativeTime(at, nowMs)
  }. ${WAY_OUT_OF_COPY}`;
}

function serveLine({ state, pid }: DaemonReport): string {
  if (state === "stopped") return "not running";
  const running = pid === null ? "running" : `running, pid ${pid}`;
  if (state === "running") return running;
  return `${running}, but its state cannot be read: it is starting, or the disk is full`;
}

const HELD = "held by another program: nothing can be written until that program lets it go";

/** Where the key is, for people. */
export function keyLine({ name, note, leftOver, staleCopy }: KeyStoreReport): string {
  const place = name === "keychain" ? "in the keychain" : "in a file";
  const parts = [note === null ? place : `${place}, not in a keychain: ${note}`];
  if (leftOver !== null) parts.push(`a copy is still in the ${leftOver}, to be removed`);
  if (staleCopy !== null) {
    parts.push(
      `a copy of an earlier key is in the ${staleCopy}: ` +
        `\`codemem sync move-key ${name} --stop\` removes it`,
    );
  }
  return parts.join("; ");
}

/** A keychain may prompt or hang: it is not asked for a status. */
function keyCaveat({ keyStore, identityFault }: StatusReport): string {
  const isUnasked = keyStore.name === "keychain" && identityFault === null;
  return isUnasked ? ", which is not asked here: `codemem sync doctor` asks it" : "";
}

function serviceLine({ kind, enabled, active }: ServiceReport): string {
  const start = enabled ? "starts with the session" : "does not start by itself";
  return `${kind}, ${start}${active ? ", runs this device" : ""}`;
}

function listenerLine({ address, port, listening, error }: ListenerFact): string {
  const at = formatAddress({ host: address, port });
  if (listening) return `${at} listening`;
  return `${at} not listening${error === null ? "" : `: ${error}`}`;
}

/** What is the same for several addresses is said once. */
function hintsOf(listeners: readonly ListenerFact[]): string[] {
  // A device of an earlier version that still runs gives none.
  return [...new Set(listeners.map(({ hint }) => hint ?? ""))].filter((hint) => hint !== "");
}

function discoveryLine({ mdns, daemon }: StatusReport): string {
  if (!mdns.enabled) return "off";
  if (mdns.error !== null) return `${mdns.active ? "on, but" : "not working:"} ${mdns.error}`;
  return mdns.active ? "on" : daemon.state === "running" ? "not working" : "on while serve runs";
}

/** How a peer stands, in words. */
function standing(peer: PeerReport, nowMs: number): string {
  const { behind, ahead, divergent, lastError } = peer;
  const parts = [stateWords(peer), ...identity(peer, nowMs)];
  // Digests tell the number only from below: both sides may have what the other has not.
  if (behind > 0) parts.push(`at least ${counted(behind, "memory")} still to come`);
  if (ahead > 0) parts.push(`${counted(ahead, "change")} still to send`);
  if (divergent.length > 0) parts.push(`differs in ${divergent.join(", ")}`);
  if (lastError !== null) parts.push(lastError);
  if (isCopyInUse(peer.copySeenAt, nowMs)) {
    parts.push(`another copy of its database was refused ${relativeTime(peer.copySeenAt!, nowMs)}`);
  }
  parts.push(...keyWords(peer, nowMs));
  return parts.join("; ");
}

/** That a key was rotated goes by itself; that it was stolen does not. */
function keyWords(
  { deviceId, name, rotatedAt, keyForkedAt }: PeerReport,
  nowMs: number,
): string[] {
  const parts: string[] = [];
  if (rotatedAt !== null) parts.push(`key rotated ${relativeTime(rotatedAt, nowMs)}`);
  if (keyForkedAt !== null) {
    parts.push(
      `TWO KEYS CLAIM TO BE ${name}'S (${
        relativeTime(keyForkedAt, nowMs)
      }): unless you restored it ` +
        "from a backup, somebody has its key; remove it with " +
        `\`codemem sync peers remove ${deviceId}\`, and pair it again`,
    );
  }
  return parts;
}

function stateWords({ state }: PeerReport): string {
  if (state === "syncing") return "syncing, not identical yet";
  return state.replace("_", " ");
}

function identity({ name, identicalAt, identicalLive }: PeerReport, nowMs: number): string[] {
  if (identicalAt === null || identicalLive === null) return [];
  const when = `${clockTime(identicalAt, nowMs)}, ${relativeTime(identicalAt, nowMs)}`;
  return [`identical to ${name} as of ${when} (${counted(identicalLive, "memory")})`];
}
