/** Listening on a port that this process has just let go of. */
import { CodememError } from "../../../lib/errors.ts";
import { eventually } from "../eventually.ts";

/**
 * Listens as soon as the port is free. A program that another test is just starting from this process
 * has a copy of every socket that was open, until it runs: what has been closed meanwhile listens on.
 *
 * @param listen tries it once
 */
export async function onFreedPort<Listening>(
  listen: () => Promise<Listening> | Listening,
): Promise<Listening> {
  let listening: { readonly it: Listening } | undefined;
  await eventually("the port is free", async () => {
    try {
      listening = { it: await listen() };
      return true;
    } catch (error) {
      if (!isInUse(error)) throw error;
      return false;
    }
  });
  return listening!.it;
}

function isInUse(error: unknown): boolean {
  return error instanceof CodememError
    ? error.code === "port_in_use"
    : error instanceof Deno.errors.AddrInUse;
}
