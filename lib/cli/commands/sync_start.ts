import { defineCommand } from "../command.ts";
import { showStarted, startedJson } from "../output/daemon_view.ts";
import { startDaemon } from "../device/start_daemon.ts";

/** Runs this device in the background. */
export const command = defineCommand({
  details:
    "Starts the service, if one is installed (`codemem sync install`). It returns when the device\n" +
    "is running, or says why it is not.",
  async run({ json }, context) {
    const started = await startDaemon(context);
    if (json) context.output.json(startedJson(started));
    else showStarted(started, context.output);
  },
});
