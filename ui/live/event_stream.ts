/** The stream of events, for as long as it is wanted (Server-Sent Events, HTML §9.2). */
import type { LiveEvent } from "./live_event.ts";

/** The browser opens a lost stream again by itself, but not one that was refused: that takes this pause. */
const REFUSED_PAUSE_MS = 3_000;

const NAMES = ["status", "progress", "synced", "paired", "moved"] as const;

/**
 * Follows what happens.
 *
 * @param tell is called with each event
 * @param signal ends it
 */
export function streamEvents(tell: (event: LiveEvent) => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const source = new EventSource("/api/events");
  signal.addEventListener("abort", () => source.close());
  source.addEventListener("open", () => tell({ name: "open" }));
  source.addEventListener("error", () => {
    tell({ name: "lost" });
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => streamEvents(tell, signal), REFUSED_PAUSE_MS);
  });
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      tell({ name, data: JSON.parse(data) });
    });
  }
}
