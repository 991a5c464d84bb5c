/** How devices stand to each other, in sentences that say no more than is known. */
import { clockTime } from "../../../lib/model/clock_time.ts";
import { counted, grouped } from "../../../lib/model/counted.ts";
import { isCopyInUse, WAY_OUT_OF_COPY, waysOutOfFork } from "../../../lib/model/life.ts";
import type { ProgressData } from "../../live/live.ts";
import type { PeerData, StatusData } from "../../page_data.ts";
import { toldApart } from "../peers/told_apart.ts";

/** A sentence, and what to do where something is to be done. */
export interface Standing {
  readonly tone: "good" | "warn" | "bad" | "quiet";
  readonly text: string;
  readonly advice?: string;
}

/** What a status is judged by besides itself. */
export interface StandingAt {
  readonly nowMs: number;
  /** By peer_device_id. */
  readonly progress: Readonly<Record<string, ProgressData>>;
}

/** How all of it stands. */
export function overallStanding(status: StatusData, at: StandingAt): Standing {
  const { enabled, live, peers, listeners, identity_fault: fault } = status;
  // Even with sync off: what is written into a database that is gone is lost.
  if (fault !== null) return { tone: "bad", text: fault.message, advice: fault.hint ?? "" };
  if (!enabled) {
    return {
      tone: "quiet",
      text: "Sync is off",
      advice: `${counted(live, "memory")} on this device; nothing is sent or received`,
    };
  }
  if (status.forked_at !== null) {
    return {
      tone: "bad",
      text: "Another copy of this database has been used",
      advice: `Nothing is exchanged until that is put right. ${waysOutOfFork("this device")}`,
    };
  }
  if (!listeners.some(({ listening }) => listening)) {
    return {
      tone: "bad",
      text: "Sync is on but does not run",
      advice: sentences(
        status.last_error,
        listeners.find(({ hint }) => hint !== null)?.hint ?? "Run `codemem sync doctor`",
      ),
    };
  }
  if (peers.length === 0) {
    return {
      tone: "quiet",
      text: "Nothing is paired yet",
      advice: `${counted(live, "memory")} on this device alone. Pair another device below`,
    };
  }
  const standing = overPeers(status, at);
  if (standing.tone === "bad" || !isCopyInUse(status.copy_seen_at, at.nowMs)) return standing;
  return {
    tone: "warn",
    text: "Another machine uses a copy of this database",
    advice: sentences(WAY_OUT_OF_COPY, standing.text),
  };
}

function overPeers(status: StatusData, at: StandingAt): Standing {
  const { live } = status;
  const peers = toldApart(status.peers);
  const stolen = peers.find(({ key_forked_at }) => key_forked_at !== null);
  if (stolen !== undefined) return twoKeys(stolen);
  const same = peers.filter((peer) => isSame(peer, status));
  if (same.length === peers.length && peers.every((peer) => !isMoving(peer, at))) {
    const devices = peers.length === 1 ? "Both devices" : `All ${peers.length + 1} devices`;
    const asOf = clockTime(same.map((peer) => peer.identical_at!).sort()[0]!, at.nowMs);
    const what = live === 0
      ? "are identical, with no memories yet"
      : `hold the same ${counted(live, "memory")}`;
    return { tone: "good", text: `${devices} ${what}, as of ${asOf}` };
  }
  const worst = peers.map((peer) => peerStanding(peer, status, at)).sort(byUrgency)[0]!;
  if (peers.length === 1) return worst;
  const holds = same.length === 1 ? "holds" : "hold";
  const agreeing = `${same.length} of ${counted(peers.length, "peer")} ${holds} the same ` +
    `${counted(live, "memory")} as this device`;
  return { ...worst, advice: sentences(worst.advice, agreeing) };
}

/** How one peer stands. */
export function peerStanding(peer: PeerData, status: StatusData, at: StandingAt): Standing {
  if (peer.key_forked_at !== null) return twoKeys(peer);
  // A peer only repeats it then: it is this device that has forked.
  if (status.forked_at !== null) return unspoken(peer, at.nowMs);
  const progress = at.progress[peer.peer_device_id];
  if (progress !== undefined) return { tone: "warn", text: underWay(peer, progress) };
  return TROUBLE[peer.state]?.(peer, at.nowMs) ?? inTouch(peer, status, at.nowMs);
}

/** However well it goes otherwise. */
function twoKeys({ name }: PeerData): Standing {
  return {
    tone: "bad",
    text: `Two keys claim to be ${name}'s: somebody else may have its key`,
    advice: `Unless you restored ${name} from a backup or cloned it, its key was stolen; compare ` +
      "the fingerprint with the one on its screen, remove it here and pair it again",
  };
}

function underWay({ name, ahead }: PeerData, { phase, ops, total }: ProgressData): string {
  // A pass begins by asking: until something has come, it is not known which way anything goes.
  if (ops === 0 && !total) {
    return `Syncing with ${name}${ahead > 0 ? `: ${counted(ahead, "change")} to send` : ""}`;
  }
  const count = grouped(ops);
  if (phase === "push") return `Sending to ${name}: ${count} so far`;
  return total === null || total < ops
    ? `Receiving from ${name}: ${count} so far`
    : `Receiving from ${name}: ${count} of ${grouped(total)}`;
}

function unspoken(peer: PeerData, nowMs: number): Standing {
  return {
    tone: "bad",
    text: `Nothing is exchanged with ${peer.name}, as another copy of this database has been used`,
    advice: capitalized(lastIdentical(peer, nowMs)),
  };
}

function forked(name: string): Standing {
  return {
    tone: "bad",
    text: `The database of ${name} was restored by hand, or its disk was cloned`,
    advice: `Nothing is exchanged with it. ${waysOutOfFork(name)}`,
  };
}

const REMEDIES: Readonly<Record<string, (name: string) => string>> = {
  // The device of an earlier identity never answers again, however often the two are paired.
  untrusted_certificate: (name) =>
    `If ${name} has a new identity, pair it again if that was not done yet, and remove this ` +
    `entry; if not, somebody else may answer as ${name}`,
  key_superseded: () =>
    "If a device was restored from a backup or its disk was cloned, run " +
    "`codemem sync identity new --yes` on the older copy, and pair it again",
  fork_unproven: (name) =>
    "If this device was restored by hand or its disk was cloned, run `codemem sync identity new " +
    `--yes\` or \`codemem sync identity keep\` on it; if not, remove ${name} and pair it again`,
};

type Trouble = (peer: PeerData, nowMs: number) => Standing;

const TROUBLE: Readonly<Partial<Record<PeerData["state"], Trouble>>> = {
  offline: (peer, nowMs) => ({
    tone: "quiet",
    text: `${peer.name} is offline${waiting(peer)}`,
    advice: sentences(
      capitalized(lastIdentical(peer, nowMs)),
      "It catches up by itself once it is back",
    ),
  }),
  never: ({ name }) => ({ tone: "quiet", text: `${name} has not been synced yet` }),
  auth_failed: ({ name, last_error: reason, last_error_code: code }) => {
    if (code === "device_forked") return forked(name);
    if (code === "peer_removed") return removed(name);
    const remedy = REMEDIES[code ?? ""]?.(name) ??
      `If you know why, pair the two again; if not, somebody else may answer as ${name}`;
    const text = `${name} and this device do not trust each other`;
    return { tone: "bad", text, advice: sentences(reason, remedy) };
  },
  incompatible: ({ name, last_error: reason }) => ({
    tone: "bad",
    text: `${name} speaks another version of the protocol`,
    advice: sentences(reason, "Update codemem on the older of the two"),
  }),
  error: (peer, nowMs) =>
    peer.divergent.length > 0 ? differing(peer) : ({
      tone: "bad",
      text: `The last sync with ${peer.name} failed; ${lastIdentical(peer, nowMs)}`,
      advice: sentences(
        peer.last_error,
        "The next attempt follows by itself; `codemem sync doctor` looks into it",
      ),
    }),
};

function removed(name: string): Standing {
  return {
    tone: "bad",
    text: `${name} has removed this device`,
    advice: "If that was a mistake, pair the two again; if not, remove it here as well",
  };
}

function differing({ name, divergent }: PeerData): Standing {
  return {
    tone: "bad",
    text: `This device and ${name} differ in ${counted(divergent.length, "memory")} ` +
      "although everything was exchanged",
    advice: `Edit them on either side, or run \`codemem sync doctor\`: ${divergent.join(", ")}`,
  };
}

function inTouch(peer: PeerData, status: StatusData, nowMs: number): Standing {
  const { name, behind, ahead } = peer;
  if (isSame(peer, status)) {
    return { tone: "good", text: `Identical as of ${clockTime(peer.identical_at!, nowMs)}` };
  }
  // Digests tell the number only from below: each side may have what the other has not.
  if (behind > 0) {
    const all = grouped(status.live + behind);
    return {
      tone: "warn",
      text: `At least ${grouped(behind)} of ${all} still to come from ${name}`,
    };
  }
  if (ahead > 0) {
    return { tone: "warn", text: `${counted(ahead, "change")} still to send to ${name}` };
  }
  if (status.legacy_pending > 0) {
    const waiting = counted(status.legacy_pending, "memory");
    return { tone: "warn", text: `${waiting} still to be made ready for ${name}` };
  }
  return {
    tone: "warn",
    text: `Changed since it was compared with ${name}; ${lastIdentical(peer, nowMs)}`,
  };
}

/** Whether both are known to hold the same, and nothing has changed here since. */
function isSame(peer: PeerData, { live, legacy_pending: pending }: StatusData): boolean {
  const { state, behind, ahead, divergent, identical_at, identical_live } = peer;
  return state === "ok" && identical_at !== null && identical_live === live &&
    behind === 0 && ahead === 0 && divergent.length === 0 && pending === 0;
}

function isMoving({ peer_device_id: id }: PeerData, { progress }: StandingAt): boolean {
  return progress[id] !== undefined;
}

function lastIdentical({ identical_at, identical_live }: PeerData, nowMs: number): string {
  if (identical_at === null || identical_live === null) return "not identical so far";
  return `last identical ${clockTime(identical_at, nowMs)}, ${counted(identical_live, "memory")}`;
}

function waiting({ ahead }: PeerData): string {
  if (ahead === 0) return "";
  return `; ${counted(ahead, "change")} ${ahead === 1 ? "waits" : "wait"} for it`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentences(...texts: readonly (string | null | undefined)[]): string {
  return texts.filter((text) => text !== null && text !== undefined).join(". ");
}

const URGENCY = { bad: 0, warn: 1, quiet: 2, good: 3 } as const;

function byUrgency(a: Standing, b: Standing): number {
  return URGENCY[a.tone] - URGENCY[b.tone];
}
