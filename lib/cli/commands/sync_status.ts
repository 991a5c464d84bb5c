import { readFacts } from "../../daemon/facts.ts";
import { statusJson } from "../../sync/status_json.ts";
import { statusReport } from "../../sync/status_report.ts";
import { defineCommand } from "../command.ts";
import { ownServicePlace } from "../own_service_place.ts";
import { explainFacts } from "../port_holder.ts";
import { serviceReport } from "../service_report.ts";
import { showStatus } from "../status_view.ts";
import { VERSION } from "../version.ts";

/** Says how sync stands, from what is kept here; asks nobody. */
export const command = defineCommand({
  async run({ json }, context) {
    const { settings } = await context.settings();
    const facts = await readFacts(context.paths);
    // Who holds a port is seen by a process alone that may do everything.
    const daemon = facts === undefined ? undefined : await explainFacts(facts, context);
    const store = await context.openStore();
    const nowMs = context.nowMs();
    const report = statusReport(store, {
      enabled: settings.syncEnabled,
      deviceName: settings.deviceName,
      mdnsEnabled: settings.syncMdns,
      keyStore: "file",
      version: VERSION,
      daemon,
      service: serviceReport(ownServicePlace(context), daemon),
      binds: settings.syncBind,
      port: settings.syncPort,
      nowMs,
    });
    if (json) context.output.json(statusJson(report));
    else showStatus(report, context.output, nowMs);
  },
});
