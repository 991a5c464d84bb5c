import { CodememError } from "../../errors.ts";
import { enableLinger, LINGER_COMMAND, lingers } from "../../service/linger.ts";
import { runProgram } from "../../service/run_program.ts";
import type { ServicePlace } from "../../service/service_place.ts";
import { requirePlace } from "../../service/which_service.ts";
import { defineCommand } from "../command.ts";
import { showStarted, startedJson } from "../output/daemon_view.ts";
import { openService } from "../device/device_service.ts";
import type { Output } from "../output/output.ts";
import { ownServicePlace } from "../device/own_service_place.ts";
import { serviceDefinition } from "../device/service_definition.ts";
import { startDaemon } from "../device/start_daemon.ts";
import { stopDaemon } from "../device/stop_daemon.ts";

/** Installs this device as a service: it runs from now on, and after each login. */
export const command = defineCommand({
  options: {
    linger: {
      type: "flag",
      summary: "keep it running after logout (Linux: loginctl enable-linger)",
    },
  },
  details:
    "Installs a service of systemd's user manager or of launchd and starts it. The service gets the\n" +
    "CODEMEM_… variables that are set now: run the command again to change them, or after the\n" +
    "program has moved.",
  async run({ options, json }, context) {
    const { output, build } = context;
    const place = requirePlace(ownServicePlace(context));
    await openService(place).install(serviceDefinition(context));
    if ("sourceRoot" in build) {
      output.warn(
        `the service runs from source: ${build.sourceRoot} and ${Deno.execPath()} must stay`,
      );
    }
    // Whoever runs the device so far would be in the service's way.
    await stopDaemon(context, { force: false });
    const started = await startDaemon(context).catch((error) => {
      throw notStarted(error, place);
    });
    if (options.linger && place.kind === "systemd") await enableLinger(runProgram);
    if (json) {
      output.json({
        installed: true,
        path: place.path,
        name: place.name,
        ...startedJson(started),
      });
      return;
    }
    output.line(`Installed ${place.path}`);
    showStarted(started, output);
    if (place.kind === "systemd") await explainLinger(output);
  },
});

async function explainLinger(output: Output): Promise<void> {
  if (await lingers(Deno.uid() ?? 0, runProgram) === true) return;
  output.note(
    "It ends when you log out. To keep it running, and to start it with the machine, run",
  );
  output.note(`  ${LINGER_COMMAND}`);
}

function notStarted(error: unknown, { name }: ServicePlace): unknown {
  if (!(error instanceof CodememError)) return error;
  const { code, message, hint = "`codemem sync status` shows its state" } = error;
  return new CodememError(code, `${name} is installed, but has not started: ${message}`, {
    hint,
    cause: error,
  });
}
