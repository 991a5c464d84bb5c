/** Ending the daemon of a device, and no other process. */
import { CodememError } from "../errors.ts";
import { poll } from "../time/poll.ts";
import { findHolder, isLocked, type LockHolder, namedHolder } from "./lock.ts";
import { processStart } from "./process_start.ts";

/** The holder writes its pid right after it has taken the lock. */
const NAMING_MS = 2_000;

/** The result of ending a daemon. */
export type Ending = "ended" | "not_running" | "still_running";

/** Options of {@link endDaemon}. */
export interface EndOptions {
  /** To end it at once, whatever it is doing: SIGKILL in place of SIGTERM. */
  readonly force: boolean;
  /** How long to wait for its end. */
  readonly timeoutMs: number;
}

/**
 * Signals the process that holds the lock, and waits until it has ended.
 *
 * @throws already_running if the process that holds the lock cannot be seen from here, or belongs to
 * another user
 */
export async function endDaemon(lockPath: string, options: EndOptions): Promise<Ending> {
  if (!await isLocked(lockPath)) return "not_running";
  let holder: LockHolder | undefined;
  const isNamed = async () => {
    holder = await findHolder(lockPath);
    return holder !== undefined || !await isLocked(lockPath);
  };
  if (!await comesTrue(isNamed, NAMING_MS)) throw unseen();
  if (holder === undefined) return "ended";
  const { pid, start } = holder;
  // Pids are reused only after all others: not between this check and the signal.
  if (!signal(pid, options.force ? "SIGKILL" : "SIGTERM")) return "ended";
  // A service manager may start another one at once: that is not the one to wait for. And who has let go of
  // the lock still runs for a moment.
  const isGone = async () => {
    const now = await namedHolder(lockPath);
    const holds = now?.pid === pid && now.start === start;
    return !holds && await processStart(pid) !== start;
  };
  return await comesTrue(isGone, options.timeoutMs) ? "ended" : "still_running";
}

/** @returns whether there was such a process */
function signal(pid: number, name: Deno.Signal): boolean {
  try {
    Deno.kill(pid, name);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new CodememError("already_running", `Process ${pid} belongs to another user`, {
        hint: "Stop it as the user who started it",
        cause: error,
      });
    }
    throw error;
  }
}

/** @returns whether it did within the time given */
async function comesTrue(condition: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  return await poll(async () => await condition() || undefined, { timeoutMs }) ?? false;
}

function unseen(): CodememError {
  return new CodememError(
    "already_running",
    "codemem serve runs, but not as a process that can be seen from here",
    { hint: "Stop it where it was started, in its container for example" },
  );
}
