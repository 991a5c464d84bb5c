/** What a page hears of its device, and what of it changes in the page. */
import { batch } from "@preact/signals";
import type { StatusData } from "../page_data.ts";
import { followMove, type MovedData, pageAt } from "./follow_move.ts";
import type { ConnectionState, Live, PairedData, ProgressData, SyncedData } from "./live.ts";

/** How far each pass has come, by peer_device_id. */
type Passes = Readonly<Record<string, ProgressData>>;

/** As `GET /api/events` sends them, and what becomes of the stream itself. */
export type LiveEvent =
  | { readonly name: "open" }
  | { readonly name: "lost" }
  | { readonly name: "status"; readonly data: StatusData }
  | { readonly name: "progress"; readonly data: ProgressData & { readonly peer_device_id: string } }
  | { readonly name: "synced"; readonly data: SyncedData }
  | { readonly name: "paired"; readonly data: PairedData }
  | { readonly name: "moved"; readonly data: MovedData }
  /** All that is known so far, for a page that has just begun to listen. */
  | { readonly name: "known"; readonly data: KnownData };

/** Of {@link Live}, what later events build on. */
interface KnownData {
  readonly connection: ConnectionState;
  readonly status: StatusData;
  readonly progress: Passes;
}

/** What a page knows now. */
export function knownOf({ connection, status, progress }: Live): LiveEvent {
  const data = {
    connection: connection.value,
    status: status.value,
    progress: progress.value,
  };
  return { name: "known", data };
}

/** Applies an event to the page. */
export function takeEvent(live: Live, event: LiveEvent): void {
  batch(() => {
    live.nowMs.value = Date.now();
    change(live, event);
  });
}

function change(live: Live, event: LiveEvent): void {
  switch (event.name) {
    case "open":
      live.connection.value = "live";
      // The end of a pass may have been missed.
      live.progress.value = {};
      live.synced.value = undefined;
      break;
    case "lost":
      live.connection.value = "lost";
      break;
    case "known":
      live.connection.value = event.data.connection;
      live.progress.value = event.data.progress;
      live.status.value = event.data.status;
      break;
    case "status":
      live.status.value = event.data;
      // A pass that is cut off by turning sync off ends without an event.
      if (!event.data.enabled) live.progress.value = {};
      break;
    case "progress": {
      const { peer_device_id: id, ...progress } = event.data;
      live.progress.value = { ...live.progress.value, [id]: progress };
      break;
    }
    case "synced":
      live.progress.value = without(live.progress.value, event.data.peer_device_id);
      live.synced.value = event.data;
      break;
    case "paired":
      live.paired.value = event.data;
      break;
    case "moved":
      live.moved.value = pageAt(location.href, event.data);
      followMove(live.moved.value);
      break;
  }
}

function without(passes: Passes, peerDeviceId: string): Passes {
  const { [peerDeviceId]: _ended, ...others } = passes;
  return others;
}
