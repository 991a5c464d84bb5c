/** Waiting for a database that another process holds, while everything else goes on. */
import { CodememError } from "../errors.ts";
import { pause } from "../time/pause.ts";

/** Who holds it longer than this hangs, or means it: then what was to be done fails. */
const PATIENCE_MS = 10_000;
const AGAIN_MS = 100;

/**
 * Does something with the database; where another process holds it, again and again until it is free.
 *
 * @throws database_busy where that does not come about in time, and whatever `body` throws
 */
export async function whenFree<T>(body: () => T): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return body();
    } catch (error) {
      if (!isBusy(error) || performance.now() > untilMs) throw error;
    }
    await pause(AGAIN_MS);
  }
}

/** Whether a failure says that another process holds the database. */
export function isBusy(error: unknown): boolean {
  return error instanceof CodememError && error.code === "database_busy";
}
