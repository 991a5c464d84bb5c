/** TCP connections of this machine, as the system counts them. */

const ESTABLISHED = "01";

/** How many connections are open to listeners on these ports of 127.0.0.1. */
export async function openConnections(ports: readonly number[]): Promise<number> {
  const wanted = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0"));
  const table = await Deno.readTextFile("/proc/net/tcp");
  return table.trim().split("\n").slice(1).filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return state === ESTABLISHED && wanted.includes(local!.split(":")[1]!);
  }).length;
}
