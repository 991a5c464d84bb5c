/** Starting a process that outlives this one. */
import { requireAppendable } from "../files/require_appendable.ts";

/** Options of {@link launchDetached}. */
export interface LaunchOptions {
  /** An absolute path and the arguments. */
  readonly program: readonly string[];
  /** The file to which its stderr is appended. */
  readonly stderrPath: string;
}

/** A process that was started. */
export interface Launched {
  readonly pid: number;
  /** Whether it has ended already. */
  readonly hasEnded: () => boolean;
}

/**
 * Starts a program in a session of its own, out of reach of the terminal's hang-up and Ctrl-C.
 *
 * Deno cannot give a child a file as its stderr, and a pipe would end with this process: the child's next
 * write would fail. So a shell opens the file and becomes the program, with the same pid.
 *
 * @throws io_failed if the file cannot be written: nobody would learn what the shell says of it
 */
export function launchDetached({ program, stderrPath }: LaunchOptions): Launched {
  requireAppendable(stderrPath);
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'umask 077; exec "$@" 2>>"$0"', stderrPath, ...program],
    // It must not keep a file system from being unmounted.
    cwd: "/",
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  let hasEnded = false;
  void child.status.then(() => hasEnded = true);
  return { pid: child.pid, hasEnded: () => hasEnded };
}
