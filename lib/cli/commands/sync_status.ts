import { lookAtDaemon } from "../../daemon/facts.ts";
import type { Store } from "../../store/store.ts";
import { statusJson } from "../../sync/status_json.ts";
import { statusReport } from "../../sync/status_report.ts";
import { poll } from "../../time/poll.ts";
import { defineCommand } from "../command.ts";
import { ownServicePlace } from "../own_service_place.ts";
import { explainFacts } from "../port_holder.ts";
import { serviceReport } from "../service_report.ts";
import { showStatus } from "../status_view.ts";
import { VERSION } from "../version.ts";

/** Whoever writes holds the database for a moment; who holds it longer than this is worth a word. */
const HELD_MS = 2_000;

/** Says how sync stands, from what is kept here; asks nobody. */
export const command = defineCommand({
  async run({ json }, context) {
    const { settings } = await context.settings();
    const sight = await lookAtDaemon(context.paths);
    // Who holds a port is seen by a process alone that may do everything.
    const daemon = sight.state === "running" ? await explainFacts(sight.facts, context) : undefined;
    const store = await context.openStore();
    const nowMs = context.nowMs();
    const report = statusReport(store, {
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
      nowMs,
    });
    if (json) context.output.json(statusJson(report));
    else showStatus(report, context.output, nowMs);
  },
});

async function isKeptHeld(store: Store): Promise<boolean> {
  const isFree = () => store.isHeld() ? undefined : true;
  return await poll(isFree, { timeoutMs: HELD_MS }) === undefined;
}
