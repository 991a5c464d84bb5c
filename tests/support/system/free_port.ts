/** Below the ports that outgoing connections are given (RFC 6335 §6 and what systems do in fact). */
const FIRST = 15_000;
const LAST = 32_000;

/**
 * A TCP port of the loopback address that nobody listens on, and that no other test is given before
 * this one's file has ended: also where nobody listens on it for a while, as while a device restarts.
 * The UDP port of the same number stands for that, since the kernel keeps those for all processes and
 * frees them itself.
 *
 * @param random a number from 0 to below 1
 */
export function freePort(random: () => number = Math.random): number {
  for (;;) {
    const port = FIRST + Math.floor(random() * (LAST - FIRST));
    if (isReserved(port)) return port;
  }
}

function isReserved(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
