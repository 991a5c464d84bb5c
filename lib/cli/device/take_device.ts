/** Locking this device while a command replaces what it runs on. */
import { acquireLock, type DaemonLock, isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import type { CommandContext } from "../command.ts";
import { makeDeviceFolder } from "./open_device_store.ts";
import { stopDaemon } from "./stop_daemon.ts";

/** The option of the commands that take the device. */
export const STOP_OPTION = {
  type: "flag",
  summary: "stop `codemem serve` first, if it runs",
} as const;

/**
 * Takes the lock of the device: no process can start it until the lock is released.
 *
 * @param options.stop whether to stop a `serve` that runs
 * @param options.running the message if one runs and is not to be stopped
 * @throws already_running; busy if it has not ended in time
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
