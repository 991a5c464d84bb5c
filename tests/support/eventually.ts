/** Waiting for what happens by itself. */
import { fail } from "@std/assert";
import { pause } from "../../lib/time/pause.ts";

/** How long anything may take that happens by itself; far longer than it should, also on a busy machine. */
export const PATIENCE_MS = 60_000;
const LOOK_MS = 10;

/**
 * Waits until `holds` does.
 *
 * @param what it is, for the message where it does not come about
 */
export async function eventually(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!await holds()) {
    if (performance.now() > untilMs) {
      fail(`Not within ${patienceMs} ms: ${typeof what === "string" ? what : what()}`);
    }
    await pause(LOOK_MS);
  }
}
