import { CodememError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import { stopDaemon } from "../device/stop_daemon.ts";

/** Stops this device. */
export const command = defineCommand({
  options: { force: { type: "flag", summary: "kill it, whatever it is doing" } },
  details: "Stops `codemem serve`, however it was started, and returns when it has ended.",
  async run({ options, json }, context) {
    if (!await stopDaemon(context, options)) {
      throw new CodememError("not_running", "codemem serve is not running on this device", {
        hint: "`codemem sync start` starts it",
      });
    }
    if (json) context.output.json({ state: "stopped" });
    else context.output.line("codemem serve has ended");
  },
});
