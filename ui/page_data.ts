/** What a page is made of: the server renders it, and the islands start from it in the browser. */
import type { ConvergencePoint } from "../lib/model/convergence.ts";
import type { attemptsJson } from "../lib/sync/report/attempts_json.ts";
import type { acceptedJson, inviteJson } from "../lib/sync/pairing/pairing_json.ts";
import type { statusJson } from "../lib/sync/report/status_json.ts";
import type {
  facetsJson,
  memoryWithHistory,
  summaryJson,
} from "../lib/viewer/api/memories_json.ts";
import type { memoriesPage } from "../lib/viewer/api/memories_query.ts";
import type { settingsJson } from "../lib/viewer/settings_json.ts";

/** As `GET /api/sync/status` answers. */
export type StatusData = ReturnType<typeof statusJson>;
/** A peer of {@link StatusData}. */
export type PeerData = StatusData["peers"][number];
/** One of `GET /api/sync/attempts`. */
export type AttemptData = ReturnType<typeof attemptsJson>[number];
/** As `GET /api/sync/config` answers. */
export type ConfigData = Awaited<ReturnType<typeof settingsJson>>;

/** As `GET /api/sync/pairing` answers. */
export type InviteData = ReturnType<typeof inviteJson>;
/** As `POST /api/sync/pairing/accept` answers. */
export type AcceptedData = ReturnType<typeof acceptedJson>;

/** As `GET /api/memories` answers. */
export type MemoriesData = Awaited<ReturnType<typeof memoriesPage>>;
/** A memory of {@link MemoriesData}. */
export type SummaryData = ReturnType<typeof summaryJson>;
/** As `GET /api/memories/facets` answers. */
export type FacetsData = ReturnType<typeof facetsJson>;
/** As `GET /api/memories/{id}` answers. */
export type MemoryData = ReturnType<typeof memoryWithHistory>;

/** What a list of memories is asked for; an empty text asks for nothing. */
export interface MemoriesQueryData {
  readonly q: string;
  readonly project: string;
  readonly kind: string;
  readonly device: string;
  readonly set_aside: string;
}

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

/** The page of all memories. */
export interface MemoriesPageData extends PageFrame {
  readonly name: "memories";
  readonly query: MemoriesQueryData;
  /** Whether the list begins behind the newest ones. */
  readonly isOlder: boolean;
  readonly list: MemoriesData;
  readonly facets: FacetsData;
}

/** The page of one memory. */
export interface MemoryPageData extends PageFrame {
  readonly name: "memory";
  /** The list that it was opened from. */
  readonly query: MemoriesQueryData;
  readonly found: MemoryData;
}

/** Any page. */
export type PageData = SyncPageData | MemoriesPageData | MemoryPageData;
