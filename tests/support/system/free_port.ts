/** Below the ports that outgoing connections are given (RFC 6335 §6 and what systems do in fact). */
const FIRST = 15_000;
const LAST = 32_000;

/**
 * A TCP port of the loopback address that nobody listens on right now. Drawn at random, so that tests
 * which run at the same time do not draw the same one.
 */
export function freePort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
