/**
 * When a process was started, as the system tells it: a pid that was given to another process later
 * goes with another start.
 */
import { systemCode } from "../errors.ts";

/**
 * Asks the system. Texts of the same system are compared as they are, and nothing else is read out of
 * them.
 *
 * @param os the system that this is
 * @returns `undefined` where there is no such process
 */
export async function processStart(
  pid: number,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<string | undefined> {
  return os === "linux" ? await fromProc(pid) : await fromPs(pid);
}

/**
 * Field 22 of proc_pid_stat(5): ticks since the machine was started. Fields 3 and 20 are the state, of the first
 * thread alone, and the number of threads.
 */
async function fromProc(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // It ended between the opening and the reading: ESRCH.
    if (systemCode(error) === "ESRCH") return undefined;
    throw error;
  }
  // The second field is the name in parentheses, which may hold anything, these too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const isLastThread = Number(fields[17]) <= 1;
  return hasEnded(fields[0] ?? "") && isLastThread ? undefined : fields[19];
}

async function fromPs(pid: number): Promise<string | undefined> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "stat=", "-o", "lstart=", "-p", String(pid)],
    // The text must not change with the language or the zone of whoever asks.
    env: { LC_ALL: "C", TZ: "UTC" },
    stderr: "null",
  }).output();
  const [, state = "", start] = /^\s*(\S+)\s+(.*\S)/.exec(new TextDecoder().decode(stdout)) ?? [];
  return hasEnded(state) ? undefined : start;
}

/** A process that has ended and waits for its parent holds nothing any more. */
function hasEnded(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}
