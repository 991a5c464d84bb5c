/** One peer: its state, and what can be done about it. */
import type { ConvergencePoint } from "../../../lib/model/convergence.ts";
import { isCopyInUse } from "../../../lib/model/life.ts";
import { type ProgressData, useLive } from "../../live/live.ts";
import type { AttemptData, PeerData } from "../../page_data.ts";
import { Time } from "../../parts/time.tsx";
import { Words } from "../../parts/words.tsx";
import { peerStanding } from "../sync/standing.ts";
import { PeerChart } from "./chart.tsx";
import { PeerFacts } from "./facts.tsx";
import { PeerHead } from "./head.tsx";
import { StateBadge } from "./state_badge.tsx";

/**
 * @param props.peer by a name that tells it apart from the others
 * @param props.given the name that it was given
 * @param props.line what was missing since the device was started
 */
export function PeerCard({ peer, given, line, attempts }: {
  readonly peer: PeerData;
  readonly given: string;
  readonly line: readonly ConvergencePoint[];
  readonly attempts: readonly AttemptData[];
}) {
  const live = useLive();
  const status = live.status.value;
  const progress = live.progress.value[peer.peer_device_id];
  const standing = peerStanding(peer, status, {
    nowMs: live.nowMs.value,
    progress: live.progress.value,
  });
  return (
    <li class="peer" data-peer={peer.peer_device_id}>
      <div class="about">
        <PeerHead peer={peer} given={given} isEnabled={status.enabled}>
          {progress === undefined
            ? <StateBadge state={peer.state} isSame={standing.tone === "good"} />
            : <span class="badge" data-tone="warn">syncing</span>}
        </PeerHead>
        <p class="standing">{standing.text}</p>
        {standing.advice !== undefined && (
          <p class="muted small">
            <Words text={standing.advice} />
          </p>
        )}
        <CopyNote peer={peer} />
        <ClockNote peer={peer} />
        <PeerFacts peer={peer} />
      </div>
      <PeerChart peer={peer} line={line} attempts={attempts} progress={progress} />
      <PassProgress name={peer.name} progress={progress} />
    </li>
  );
}

/** It takes its room only where there is nothing else: what stands below does not move. */
function PassProgress({ name, progress }: {
  readonly name: string;
  readonly progress: ProgressData | undefined;
}) {
  if (progress === undefined) return null;
  const { ops, total } = progress;
  return total === null
    ? <progress aria-label={`Sync with ${name}`} />
    : <progress aria-label={`Sync with ${name}`} value={Math.min(ops, total)} max={total} />;
}

/** Where this copy is the refused one, the standing says so. */
function CopyNote({ peer }: { readonly peer: PeerData }) {
  const { nowMs } = useLive();
  const { name, copy_seen_at: at, last_error_code: code } = peer;
  if (!isCopyInUse(at, nowMs.value) || code === "device_forked") return null;
  return (
    <p class="small">
      Another copy of the database of {name} was refused <Time at={at} />.{" "}
      <span class="muted">
        {name} goes on; on the machine with the copy, run{" "}
        <code>codemem sync identity new --yes</code> and pair it again
      </span>
    </p>
  );
}

const CLOCK_WORTH_SAYING_MS = 30_000;

function ClockNote({ peer: { name, clock_offset_ms: offsetMs } }: { readonly peer: PeerData }) {
  if (Math.abs(offsetMs) < CLOCK_WORTH_SAYING_MS) return null;
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const amount = minutes === 0 ? "half a minute" : `${minutes} min`;
  return (
    <p class="small">
      The clock of {name} is {amount} {offsetMs > 0 ? "ahead of" : "behind"} this one.{" "}
      <span class="muted">Set both by the network: of two edits the later one wins</span>
    </p>
  );
}
