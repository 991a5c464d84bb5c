/** Keeps a page up to date from the stream of events. */
import { batch } from "@preact/signals";
import { followMove, type MovedData, pageAt } from "./follow_move.ts";
import type { Live, ProgressData, SyncedData } from "./live.ts";

/** Relative times say minutes at the finest. */
const TICK_MS = 15_000;

/** A stream that was refused is asked for anew after this time; the browser does so for others only. */
const REFUSED_PAUSE_MS = 3_000;

/** Follows what happens as long as the page is open. A page that nobody looks at does not. */
export function followEvents(live: Live): void {
  let source: EventSource | undefined;
  const open = () => {
    if (document.visibilityState !== "visible") return;
    if (source === undefined || source.readyState === EventSource.CLOSED) source = follow();
    live.nowMs.value = Date.now();
  };
  const follow = () => {
    const opened = openSource(live);
    opened.addEventListener("error", () => {
      if (opened.readyState === EventSource.CLOSED) setTimeout(open, REFUSED_PAUSE_MS);
    });
    return opened;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return open();
    source?.close();
    source = undefined;
  });
  open();
  setInterval(() => live.nowMs.value = Date.now(), TICK_MS);
}

function openSource(live: Live): EventSource {
  const source = new EventSource("/api/events");
  const on = <T>(name: string, take: (data: T) => void) =>
    source.addEventListener(name, (event) =>
      batch(() => {
        live.nowMs.value = Date.now();
        take(JSON.parse((event as MessageEvent<string>).data));
      }));
  source.addEventListener("open", () => {
    live.connection.value = "live";
    // The end of a pass may have been missed.
    live.progress.value = {};
  });
  source.addEventListener("error", () => live.connection.value = "lost");
  on<Live["status"]["value"]>("status", (status) => {
    live.status.value = status;
    // A pass that was broken off by it has no end of its own.
    if (!status.enabled) live.progress.value = {};
  });
  on<ProgressData & { peer_device_id: string }>(
    "progress",
    ({ peer_device_id: id, ...rest }) =>
      live.progress.value = { ...live.progress.value, [id]: rest },
  );
  on<SyncedData>("synced", (synced) => {
    const { [synced.peer_device_id]: _ended, ...others } = live.progress.value;
    live.progress.value = others;
    live.synced.value = synced;
  });
  on<NonNullable<Live["paired"]["value"]>>("paired", (paired) => live.paired.value = paired);
  on<MovedData>("moved", (place) => {
    live.moved.value = pageAt(location.href, place);
    followMove(live.moved.value);
  });
  return source;
}
