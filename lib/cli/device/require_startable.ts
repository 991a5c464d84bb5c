/** Making sure that this device can be started, before the one that runs is stopped for it. */
import { lookAtDaemon } from "../../daemon/facts.ts";
import { reworded, toCodememError } from "../../errors.ts";
import { requireBindable } from "../../runtime/require_bindable.ts";
import type { CommandContext } from "../command.ts";
import { explainPort } from "./port_holder.ts";

/**
 * Requires that the settings are valid and that what they name can be listened on. Where what the running
 * device holds cannot be read, that is left to the start: a restart may be what mends it.
 *
 * @throws invalid_config; port_in_use, address_unavailable
 */
export async function requireStartable(context: CommandContext): Promise<void> {
  const sight = await lookAtDaemon(context.paths);
  const running = sight.state === "running" ? sight.facts : undefined;
  try {
    const { settings } = await context.settings();
    if (sight.state !== "unreadable") await requireBindable(settings, running);
  } catch (thrown) {
    const error = await explainPort(toCodememError(thrown), context, { daemonPid: running?.pid });
    throw reworded(error, `Not restarted: ${error.message}`);
  }
}
