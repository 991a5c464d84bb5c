/** Starting a process that outlives the one that starts it. */

/** Options of {@link launchDetached}. */
export interface LaunchOptions {
  /** An absolute path and the words after it. */
  readonly program: readonly string[];
  /** The file that what it says on stderr is appended to. */
  readonly stderrPath: string;
}

/** A process that was started. */
export interface Launched {
  readonly pid: number;
  /** Whether it has ended already. */
  readonly hasEnded: () => boolean;
}

/**
 * Starts a program in a session of its own: neither the terminal's end nor its Ctrl-C reaches it.
 *
 * Deno gives a child no file as its stderr; a pipe would end with this process, and the child would be
 * told so with its next word. So a shell opens the file and becomes the program, under the same pid.
 */
export function launchDetached({ program, stderrPath }: LaunchOptions): Launched {
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
