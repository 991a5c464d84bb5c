/** How a peer and this device converge: what was missing over time. */
import { useRef } from "preact/hooks";
import { clockTime } from "../../../lib/model/clock_time.ts";
import { type ConvergencePoint, withPoint } from "../../../lib/model/convergence.ts";
import { grouped } from "../../../lib/model/counted.ts";
import { type ProgressData, useLive } from "../../live/live.ts";
import type { AttemptData, PeerData } from "../../page_data.ts";
import { chartOf, describe, HEIGHT, type PeerChartLines, WIDTH } from "./chart_lines.ts";

/** @param props.line oldest first; the chart goes on from there by itself */
export function PeerChart({ peer, line, attempts, progress }: {
  readonly peer: PeerData;
  readonly line: readonly ConvergencePoint[];
  readonly attempts: readonly AttemptData[];
  readonly progress: ProgressData | undefined;
}) {
  const nowMs = useLive().nowMs.value;
  const points = useRef(line);
  const now = pointOf(peer, progress, nowMs);
  // What is missing at a peer is unknown before the first pass with it.
  const isKnown = peer.last_sync_at !== null || now.behind > 0;
  if (isKnown) points.current = withPoint(points.current, now);
  const chart = chartOf(points.current, attempts, nowMs);
  return (
    <figure class="chart">
      <figcaption class="small muted legend">
        <span class="to-come">
          {isKnown ? `${grouped(now.behind)} to come` : "not compared yet"}
        </span>
        <span class="to-go">{grouped(now.ahead)} to send</span>
      </figcaption>
      <Lines
        chart={chart}
        sentence={describe(points.current, attempts, { name: peer.name, nowMs })}
      />
      <div class="axis small muted" aria-hidden="true">
        <span>{clockTime(new Date(chart.fromMs).toISOString(), nowMs)}</span>
        <span>{chart.most === 0 ? "" : `at most ${grouped(chart.most)}`}</span>
        <span>now</span>
      </div>
    </figure>
  );
}

function Lines({ chart, sentence }: {
  readonly chart: PeerChartLines;
  readonly sentence: string;
}) {
  const thin = { "vector-effect": "non-scaling-stroke" } as const;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={sentence}
    >
      <line class="base" x1="0" x2={WIDTH} y1={HEIGHT - 8} y2={HEIGHT - 8} />
      <path class="behind area" d={chart.behindArea} />
      <path class="behind" d={chart.behind} {...thin} />
      <path class="ahead" d={chart.ahead} {...thin} />
      {chart.failures.map((x) => (
        <line key={x} class="failure" x1={x} x2={x} y1={HEIGHT - 6} y2={HEIGHT} {...thin} />
      ))}
    </svg>
  );
}

/** While a pass is under way the status does not know yet what it has brought. */
function pointOf(
  { behind, ahead }: PeerData,
  progress: ProgressData | undefined,
  atMs: number,
): ConvergencePoint {
  if (progress?.phase !== "pull" || progress.total === null) return { atMs, behind, ahead };
  return { atMs, behind: Math.max(0, progress.total - progress.ops), ahead };
}
