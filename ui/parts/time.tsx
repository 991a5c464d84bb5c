/** A moment: how long ago it was, and exactly when where one points at it. */
import { clockTime } from "../../lib/model/clock_time.ts";
import { relativeTime } from "../../lib/model/relative_time.ts";
import { useLive } from "../live/live.ts";

/** @param props.at canonical timestamp; null says `never` */
export function Time({ at, never = "never" }: {
  readonly at: string | null;
  readonly never?: string;
}) {
  const nowMs = useLive().nowMs.value;
  if (at === null) return <span class="muted">{never}</span>;
  const exact = clockTime(at, 0);
  return (
    <time datetime={at} title={exact} ref={(shown) => setTitle(shown, exact)}>
      {relativeTime(at, nowMs)}
    </time>
  );
}

/** Hydration keeps the attributes of the server, which tell the time in the time zone of the device. */
function setTitle(shown: HTMLTimeElement | null, exact: string): void {
  if (shown !== null && shown.title !== exact) shown.title = exact;
}
