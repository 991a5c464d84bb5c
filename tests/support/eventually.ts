/** Waiting for what happens by itself. */

/** How long anything may take that a daemon does by itself; far longer than it should. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 20;

/**
 * Waits until `holds` does.
 *
 * @param what it is, for the message where it does not come about
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!await holds()) {
    if (performance.now() > untilMs) throw new Error(`Not within ${patienceMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
