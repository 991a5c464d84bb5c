import { defineCommand } from "../command.ts";
import { showStarted, startedJson } from "../daemon_view.ts";
import { startDaemon } from "../start_daemon.ts";
import { stopDaemon } from "../stop_daemon.ts";

/** Stops this device where it runs, and starts it in the background. */
export const command = defineCommand({
  options: { force: { type: "flag", summary: "end it at once, whatever it is doing" } },
  async run({ options, json }, context) {
    await stopDaemon(context, options);
    const started = await startDaemon(context);
    if (json) context.output.json(startedJson(started));
    else showStarted(started, context.output);
  },
});
