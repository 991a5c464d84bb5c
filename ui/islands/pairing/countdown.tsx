/** How long something is still valid. */
import { useEffect, useState } from "preact/hooks";

const SECOND_MS = 1_000;

/**
 * Counts the seconds down. Only the last minute is read out.
 *
 * @param props.onEnd is called once it is over
 */
export function Countdown({ until, onEnd }: {
  readonly until: string;
  readonly onEnd?: () => void;
}) {
  const endMs = Date.parse(until);
  const [leftMs, setLeftMs] = useState(() => endMs - Date.now());
  useEffect(() => {
    const tick = () => {
      const left = endMs - Date.now();
      setLeftMs(left);
      if (left > 0) return;
      clearInterval(timer);
      onEnd?.();
    };
    const timer = setInterval(tick, SECOND_MS);
    tick();
    return () => clearInterval(timer);
  }, [until]);
  const seconds = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  return (
    <span class="muted" role="timer" aria-live="off">
      {seconds === 0 ? "expired" : `valid for ${minutes(seconds)}`}
    </span>
  );
}

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
