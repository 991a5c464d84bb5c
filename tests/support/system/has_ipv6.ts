/** Whether this machine speaks IPv6 with itself; containers often do not. */
export const HAS_IPV6 = canListen();

function canListen(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
