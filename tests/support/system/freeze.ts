/** A machine that sleeps, as far as a process can tell. */

/** Stops a process where it stands until it is disposed of; only the clocks go on. */
export function freeze(pid: number): Disposable {
  Deno.kill(pid, "SIGSTOP");
  return { [Symbol.dispose]: () => Deno.kill(pid, "SIGCONT") };
}
