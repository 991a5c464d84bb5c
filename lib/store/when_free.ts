/** Waiting for a database that another process holds, while everything else goes on. */
import { CodememError } from "../errors.ts";
import { pause } from "../time/pause.ts";

/** A process that holds the database longer is not about to let go of it. */
const PATIENCE_MS = 10_000;
const AGAIN_MS = 100;

/**
 * Does something with the database; while another process holds it, tries again.
 *
 * @throws database_busy where it does not become free within ten seconds; whatever `body` throws
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
