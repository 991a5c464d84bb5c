/** What a page is made of: the server renders it, and the islands start from it in the browser. */
import type { ConvergencePoint } from "../lib/model/convergence.ts";
import type { attemptsJson } from "../lib/sync/attempts_json.ts";
import type { statusJson } from "../lib/sync/status_json.ts";
import type { settingsJson } from "../lib/viewer/settings_json.ts";

/** As `GET /api/sync/status` answers. */
export type StatusData = ReturnType<typeof statusJson>;
/** A peer of {@link StatusData}. */
export type PeerData = StatusData["peers"][number];
/** One of `GET /api/sync/attempts`. */
export type AttemptData = ReturnType<typeof attemptsJson>[number];
/** As `GET /api/sync/config` answers. */
export type ConfigData = Awaited<ReturnType<typeof settingsJson>>;

/** What every page knows. */
export interface PageFrame {
  /** When the page was made: milliseconds since 1970. */
  readonly nowMs: number;
  readonly status: StatusData;
}

/** The page of sync. */
export interface SyncPageData extends PageFrame {
  readonly name: "sync";
  readonly attempts: readonly AttemptData[];
  readonly config: ConfigData;
  /** By peer_device_id: what was missing since the device was started. */
  readonly convergence: Readonly<Record<string, readonly ConvergencePoint[]>>;
}

/** Any page. */
export type PageData = SyncPageData;
