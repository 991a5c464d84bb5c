/**
 * Keeps a page up to date from the stream of events. Of all visible pages of a browser, one has the
 * stream and passes the events on: a browser makes at most six connections to one site (HTTP/1.1), and a
 * stream takes one of them for as long as it lasts.
 */
import { streamEvents } from "./event_stream.ts";
import type { Live } from "./live.ts";
import { knownOf, type LiveEvent, takeEvent } from "./live_event.ts";

/** Of the channel between the pages, and of the lock that the one with the stream holds. */
const NAME = "codemem events";

/** What pages tell each other. */
type Message = LiveEvent | typeof HELLO;

/** A page that has just begun to listen. */
const HELLO = { name: "hello" } as const;

/** Relative times say minutes at the finest. */
const TICK_MS = 15_000;

/** Follows what happens while the page is visible. */
export function followEvents(live: Live): void {
  const channel = new BroadcastChannel(NAME);
  let looking: AbortController | undefined;
  const look = () => {
    looking?.abort();
    if (document.visibilityState !== "visible") return;
    looking = new AbortController();
    live.nowMs.value = Date.now();
    follow(live, channel, looking.signal);
  };
  document.addEventListener("visibilitychange", look);
  look();
  setInterval(() => live.nowMs.value = Date.now(), TICK_MS);
}

function follow(live: Live, channel: BroadcastChannel, signal: AbortSignal): void {
  channel.addEventListener("message", ({ data: message }: MessageEvent<Message>) => {
    if (message.name !== "hello") takeEvent(live, message);
  }, { signal });
  channel.postMessage(HELLO);
  navigator.locks.request(NAME, { signal }, () => lead(live, channel, signal))
    .catch(() => {/* It was left before it was its turn. */});
}

/** Reads the stream for all pages, this one among them, until this one is hidden. */
async function lead(live: Live, channel: BroadcastChannel, signal: AbortSignal): Promise<void> {
  const left = new Promise((resolve) => signal.addEventListener("abort", resolve));
  channel.addEventListener("message", ({ data: message }: MessageEvent<Message>) => {
    if (message.name === "hello") channel.postMessage(knownOf(live));
  }, { signal });
  streamEvents((event) => {
    takeEvent(live, event);
    channel.postMessage(event);
  }, signal);
  if (!signal.aborted) await left;
}
