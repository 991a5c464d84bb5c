/** How sync stands on this device, from what is kept on it: nobody is asked. */
import type { Settings } from "../../config/schema.ts";
import type { DaemonFacts, SeenDaemon } from "../../daemon/facts.ts";
import { toFault } from "../../model/listener.ts";
import { identityFault } from "../../runtime/identity_fault.ts";
import { databaseGone } from "../../runtime/lost_database.ts";
import type { Store } from "../../store/store.ts";
import {
  type LostDevice,
  type StatusReport,
  statusReport,
} from "../../sync/report/status_report.ts";
import { poll } from "../../time/poll.ts";
import type { CommandContext } from "../command.ts";
import { ownServicePlace } from "./own_service_place.ts";
import { serviceReport } from "../output/service_report.ts";
import { VERSION } from "../version.ts";

/** Whoever writes holds the database for a moment; who holds it longer than this is worth a word. */
const HELD_MS = 2_000;

/** What a report is made of besides the store. */
export interface StatusParts {
  readonly settings: Settings;
  readonly sight: SeenDaemon;
  /** Its facts, where it runs. */
  readonly daemon: DaemonFacts | undefined;
  /** The device whose database is gone; the store is an empty one then. */
  readonly lost?: LostDevice | undefined;
}

/** Reports how sync stands. */
export async function ownStatus(
  context: CommandContext,
  store: Store,
  { settings, sight, daemon, lost }: StatusParts,
): Promise<StatusReport> {
  return statusReport(store, {
    enabled: settings.syncEnabled,
    deviceName: settings.deviceName,
    mdnsEnabled: settings.syncMdns,
    version: VERSION,
    daemon,
    silent: sight.state === "unreadable" ? sight : undefined,
    service: serviceReport(ownServicePlace(context), daemon),
    binds: settings.syncBind,
    port: settings.syncPort,
    databaseHeld: await isKeptHeld(store),
    identityFault: toFault(
      lost === undefined
        ? await identityFault({ store, keysDir: context.paths.keys })
        : databaseGone(context.paths.database),
    ),
    lost,
    nowMs: context.nowMs(),
  });
}

async function isKeptHeld(store: Store): Promise<boolean> {
  const isFree = () => store.isHeld() ? undefined : true;
  return await poll(isFree, { timeoutMs: HELD_MS }) === undefined;
}
