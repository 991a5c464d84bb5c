/** Who listens on a port, as macOS's lsof(8) has it. */
import type { PortOwner, ProgramOutput } from "./port_owner.ts";

/** Finds the processes of this user; `undefined` where there is no lsof. */
export async function findMacOwners(
  port: number,
  programOutput: ProgramOutput,
): Promise<PortOwner[] | undefined> {
  const text = await programOutput("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN"]);
  return text === undefined ? undefined : parseLsof(text);
}

/** Reads the table: `COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME`, of which spaces are escaped. */
export function parseLsof(text: string): PortOwner[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\S+)\s+(\d+)\s.*\sTCP (\S+):\d+ \(LISTEN\)$/.exec(line.trimEnd());
    if (match === null) return [];
    const [, command = "", pid, host = ""] = match;
    const name = command.replace(
      /\\x([0-9a-f]{2})/gi,
      (_, hex) => String.fromCharCode(parseInt(hex, 16)),
    );
    const address = host.replace(/^\[(.*)\]$/, "$1");
    return [{ address, process: { name, pid: Number(pid) } }];
  });
}
