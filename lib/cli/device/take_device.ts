/** Keeping every other process from running this device while a command replaces what it runs on. */
import { acquireLock, type DaemonLock, isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import type { CommandContext } from "../command.ts";
import { makeDeviceFolder } from "./open_device_store.ts";
import { stopDaemon } from "./stop_daemon.ts";

/** The option of the commands that take the device. */
export const STOP_OPTION = {
  type: "flag",
  summary: "end `codemem serve` first, where it runs",
} as const;

/**
 * Takes the device, until the lock is released: nothing can start it meanwhile.
 *
 * @param options.stop whether what runs it is ended
 * @param options.running what to say where it runs and is not to be ended
 * @throws already_running; busy where it has not ended in time
 */
export async function takeDevice(
  context: CommandContext,
  { stop, running }: { readonly stop: boolean; readonly running: string },
): Promise<DaemonLock> {
  const { lock } = context.paths;
  makeDeviceFolder(context.paths);
  if (await isLocked(lock)) {
    if (!stop) {
      throw new CodememError("already_running", running, {
        hint: "Run `codemem sync stop` first, or give --stop",
      });
    }
    await stopDaemon(context, { force: false });
    context.output.note("codemem serve has ended; `codemem sync start` starts it again");
  }
  return await acquireLock(lock);
}
