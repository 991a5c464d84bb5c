/** The last attempts at a glance: what each has moved, and which have failed. */
import { counted } from "../../../lib/model/counted.ts";
import type { AttemptData } from "../../page_data.ts";
import { isAbsence } from "../sync/advice.ts";

/** As many bars as attempts are shown. */
const BARS = 50;
const STEP = 8;
const WIDTH = BARS * STEP;
const HEIGHT = 56;
/** What was moved stands above this line, what has failed below. */
const BASE = 44;
const TALLEST = 40;

/** @param props.attempts newest first */
export function AttemptsChart({ attempts }: { readonly attempts: readonly AttemptData[] }) {
  const failed = attempts.filter(({ ok }) => !ok).length;
  const moved = attempts.reduce((sum, { pulled, pushed }) => sum + pulled + pushed, 0);
  const tallest = Math.max(...attempts.map(magnitude));
  const summary =
    `${counted(attempts.length - failed, "attempt")} ended well and ${failed} failed; ` +
    `${counted(moved, "change")} moved in all`;
  return (
    <figure class="chart wide">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        <line class="base" x1="0" x2={WIDTH} y1={BASE} y2={BASE} />
        {attempts.slice(0, BARS).map((attempt, index) => (
          <Bar
            key={`${attempt.peer_device_id} ${attempt.started_at}`}
            attempt={attempt}
            x={WIDTH - (index + 1) * STEP}
            tallest={tallest}
          />
        ))}
      </svg>
      <figcaption class="row apart small muted">
        <span>{summary}</span>
        <span class="legend" aria-hidden="true">
          <span class="moved">changes moved</span> <span class="absent">not there</span>{" "}
          <span class="failed">failed</span>
        </span>
      </figcaption>
    </figure>
  );
}

/** A bar that grows with the number of digits: one change is to be seen beside ten thousand. */
function Bar({ attempt, x, tallest }: {
  readonly attempt: AttemptData;
  readonly x: number;
  readonly tallest: number;
}) {
  const width = STEP - 2;
  if (!attempt.ok) {
    const kind = isAbsence(attempt.error_code) ? "absent" : "failed";
    return <rect class={kind} x={x} y={BASE + 2} width={width} height={HEIGHT - BASE - 2} />;
  }
  const height = Math.max(2, TALLEST * magnitude(attempt) / Math.max(tallest, 1));
  return <rect class="moved" x={x} y={BASE - height} width={width} height={height} />;
}

function magnitude({ pulled, pushed }: AttemptData): number {
  return Math.log10(1 + pulled + pushed);
}
