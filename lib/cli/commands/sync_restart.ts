import { isLocked } from "../../daemon/lock.ts";
import { reworded, toCodememError } from "../../errors.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { showStarted, startedJson } from "../output/daemon_view.ts";
import { requireStartable } from "../device/require_startable.ts";
import { startDaemon, type StartedDaemon } from "../device/start_daemon.ts";
import { stopDaemon } from "../device/stop_daemon.ts";

/** Stops this device where it runs, and starts it in the background. */
export const command = defineCommand({
  options: { force: { type: "flag", summary: "kill it, whatever it is doing" } },
  details: "Stops nothing if the settings would keep the device from starting again.",
  async run({ options, json }, context) {
    await requireStartable(context);
    const wasRunning = await stopDaemon(context, options);
    const started = await startAgain(context, wasRunning);
    if (json) context.output.json(startedJson(started));
    else showStarted(started, context.output);
  },
});

/** @throws why it does not start, saying that the device is down now where it was not before */
async function startAgain(context: CommandContext, wasRunning: boolean): Promise<StartedDaemon> {
  try {
    return await startDaemon(context);
  } catch (thrown) {
    const error = toCodememError(thrown);
    if (!wasRunning || await isLocked(context.paths.lock)) throw error;
    const message = `The device was stopped and does not start again: ${error.message}`;
    throw reworded(error, message, error.hint ?? "Run `codemem sync start` when that is fixed");
  }
}
