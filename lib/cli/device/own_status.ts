/** How sync stands on this device, from what is kept on it: nobody is asked. */
import type { Settings } from "../../config/schema.ts";
import type { DaemonFacts, SeenDaemon } from "../../daemon/facts.ts";
import type { Store } from "../../store/store.ts";
import { type StatusReport, statusReport } from "../../sync/report/status_report.ts";
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
}

/** Reports how sync stands. */
export async function ownStatus(
  context: CommandContext,
  store: Store,
  { settings, sight, daemon }: StatusParts,
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
    nowMs: context.nowMs(),
  });
}

async function isKeptHeld(store: Store): Promise<boolean> {
  const isFree = () => store.isHeld() ? undefined : true;
  return await poll(isFree, { timeoutMs: HELD_MS }) === undefined;
}
