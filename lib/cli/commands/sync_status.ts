import { lookAtDaemon } from "../../daemon/facts.ts";
import { lostDevice } from "../../runtime/lost_database.ts";
import { openStore } from "../../store/store.ts";
import { statusJson } from "../../sync/report/status_json.ts";
import type { LostDevice } from "../../sync/report/status_report.ts";
import { type CommandContext, defineCommand } from "../command.ts";
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
    const lost = await findLost(context);
    const store = lost === undefined ? await context.openStore() : openStore({ path: ":memory:" });
    const report = await ownStatus(context, store, { settings, sight, daemon, lost });
    if (json) return context.output.json(statusJson(report));
    const { showStatus } = await import("../output/status_view.ts");
    showStatus(report, context.output, context.nowMs());
  },
});

/** Whoever asks how a device is whose database is gone gets no new one for an answer. */
async function findLost({ paths }: CommandContext): Promise<LostDevice | undefined> {
  const lost = lostDevice(paths);
  if (lost === undefined) return undefined;
  const { fingerprintOf } = await import("../../auth/fingerprint.ts");
  const { publicKey, deviceId } = lost;
  return { deviceId: deviceId ?? "unknown", fingerprint: fingerprintOf(publicKey) };
}
