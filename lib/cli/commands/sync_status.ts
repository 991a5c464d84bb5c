import { lookAtDaemon } from "../../daemon/facts.ts";
import { statusJson } from "../../sync/report/status_json.ts";
import { defineCommand } from "../command.ts";
import { ownStatus } from "../device/own_status.ts";
import { explainFacts } from "../device/port_holder.ts";

/** Shows the state of sync from what is stored here, without asking any device. */
export const command = defineCommand({
  details: "Shows what is known here, without asking any device. `codemem sync verify` asks them.",
  async run({ json }, context) {
    const { settings } = await context.settings();
    const sight = await lookAtDaemon(context.paths);
    // Who holds a port is seen by a process alone that may do everything.
    const daemon = sight.state === "running" ? await explainFacts(sight.facts, context) : undefined;
    const store = await context.openStore();
    const report = await ownStatus(context, store, { settings, sight, daemon });
    if (json) return context.output.json(statusJson(report));
    const { showStatus } = await import("../output/status_view.ts");
    showStatus(report, context.output, context.nowMs());
  },
});
