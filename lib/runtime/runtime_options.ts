/** What a running device is made of, and what it needs from its process. */
import type { Paths } from "../config/paths.ts";
import type { ResolvedSettings } from "../config/resolve.ts";
import type { Settings } from "../config/schema.ts";
import type { DaemonFacts } from "../daemon/facts.ts";
import type { Keychain } from "../identity/keychain.ts";
import type { Store } from "../store/store.ts";
import type { ServiceReport } from "../sync/report/status_report.ts";
import type { SyncEvents } from "./sync_service.ts";

/** Options of `openRuntime`. */
export interface RuntimeOptions extends SyncEvents {
  readonly paths: Paths;
  readonly settings: Settings;
  /** Stays open when the runtime is closed. */
  readonly store: Store;
  readonly version: string;
  /** Reads the present settings, from all sources. */
  readonly readSettings: () => Promise<ResolvedSettings>;
  /** The JavaScript of the viewer's pages. */
  readonly browserScript: () => Promise<string>;
  /** Of the system, where it may hold the key; a file is all there is where it is left out. */
  readonly keychain?: Keychain | undefined;
  /** How the service of this device stands. */
  readonly service: (facts: DaemonFacts) => ServiceReport;
  /** Whether the system runs this process as a service. */
  readonly asService?: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Whether it asks peers by itself, or only answers them; it does unless told otherwise. */
  readonly loop?: boolean;
  /** Comes before everything else, and after it is certain that no other daemon runs. */
  readonly prepare?: () => Promise<void>;
  /** Called at every poll, for whatever else has to be checked. */
  readonly onPoll?: () => void;
}
