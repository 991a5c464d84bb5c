import { defineCommand } from "../command.ts";
import { installedService } from "../device/device_service.ts";

/** Stops the service and removes it. */
export const command = defineCommand({
  details: "Memories, settings, key and pairings stay.",
  async run({ json }, context) {
    const { output } = context;
    const service = installedService(context);
    await service?.uninstall();
    if (json) output.json({ installed: false, removed: service !== undefined });
    else if (service === undefined) output.line("No service is installed");
    else output.line(`Removed ${service.place.path}`);
  },
});
