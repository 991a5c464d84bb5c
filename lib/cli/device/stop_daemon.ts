/** Ending this device, whoever started it. */
import { endDaemon } from "../../daemon/end_daemon.ts";
import { isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import type { CommandContext } from "../command.ts";
import { installedService } from "./device_service.ts";

/** A graceful end takes at most 5 s; a machine under load may take a little longer. */
const STOP_TIMEOUT_MS = 6_500;

/**
 * Has this device end, and returns when it has.
 *
 * @param options.force to end it at once, whatever it is doing
 * @returns whether it was running
 * @throws service_failed; busy where it has not ended in time; already_running where it runs out of
 * reach
 */
export async function stopDaemon(
  context: CommandContext,
  { force }: { readonly force: boolean },
): Promise<boolean> {
  const { lock } = context.paths;
  const wasRunning = await isLocked(lock);
  const hasStopped = await stopService(context);
  // Not the service's, or out of the service manager's reach: then the lock tells whose it is.
  const ending = await endDaemon(lock, { force, timeoutMs: STOP_TIMEOUT_MS });
  if (ending === "still_running") throw stillRunning(force);
  return wasRunning || hasStopped || ending === "ended";
}

/** @returns whether the service was active: it may also have been waiting to be started again */
async function stopService(context: CommandContext): Promise<boolean> {
  const service = installedService(context);
  if (service === undefined) return false;
  try {
    const { active } = await service.state();
    if (active) await service.stop();
    return active;
  } catch (error) {
    if (!(error instanceof CodememError) || error.code !== "no_service_manager") throw error;
    return false;
  }
}

function stillRunning(force: boolean): CodememError {
  return new CodememError("busy", "codemem serve has not ended yet", {
    hint: force
      ? "The system is not done with it: try again in a moment"
      : "`codemem sync stop --force` ends it at once; nothing that was acknowledged is lost",
  });
}
