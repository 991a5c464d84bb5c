/** What the islands of a page share: the present status, and whether the page still hears of changes. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { PageData, StatusData } from "../page_data.ts";

/** How far a pass has come. */
export interface ProgressData {
  readonly phase: "pull" | "push";
  readonly ops: number;
  /** Known only where the peer holds more memories than this device. */
  readonly total: number | null;
}

/** Whether the page hears of what happens. */
export type ConnectionState = "connecting" | "live" | "lost";

/** A pass that has ended, well or not. */
export interface SyncedData {
  readonly peer_device_id: string;
  readonly ok: boolean;
}

/** A device that was paired. */
export interface PairedData {
  readonly peer_device_id: string;
  readonly name: string;
}

/** The live part of a page. */
export interface Live {
  readonly status: Signal<StatusData>;
  /** Milliseconds since 1970; goes on by itself. */
  readonly nowMs: Signal<number>;
  readonly connection: Signal<ConnectionState>;
  /** By peer_device_id, while a pass is under way. */
  readonly progress: Signal<Readonly<Record<string, ProgressData>>>;
  /** The pass that ended last since the page was opened. */
  readonly synced: Signal<SyncedData | undefined>;
  /** The device that was paired last since the page was opened. */
  readonly paired: Signal<PairedData | undefined>;
  /** Where this page is from now on: the viewer has moved. */
  readonly moved: Signal<string | undefined>;
}

/** A live part that starts from the data of its page. */
export function createLive({ status, nowMs }: PageData): Live {
  return {
    status: signal(status),
    nowMs: signal(nowMs),
    connection: signal<ConnectionState>("connecting"),
    progress: signal({}),
    synced: signal(undefined),
    paired: signal(undefined),
    moved: signal(undefined),
  };
}

/** Set around every island, in the browser and while a page is rendered. */
export const LiveContext = createContext<Live | undefined>(undefined);

/** The live part of the page that a component stands in. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("A component of an island stands outside of one");
  return live;
}
