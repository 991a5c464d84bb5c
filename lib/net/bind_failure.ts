/** Why addresses could not be listened on, in words. */
import { CodememError, systemCode } from "../errors.ts";
import type { ListenerFact } from "../model/listener.ts";

/** Why one address could not be bound. */
export interface BindFailure {
  readonly inUse: boolean;
  /** In words that stand behind the address. */
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string;
}

const OTHER_BINDS = "Give addresses of this machine with `codemem config set sync_bind`";
const OTHER_PORT = "choose another port with `codemem config set sync_port PORT`";

/** What the failure of a bind means. */
export function bindFailure(error: unknown): BindFailure {
  const code = systemCode(error);
  if (code === "EADDRINUSE" || error instanceof Deno.errors.AddrInUse) {
    const hint = `End the program that holds it, or ${OTHER_PORT}`;
    return { inUse: true, reason: "the port is in use", hint };
  }
  // Deno's node:net calls it an invalid argument.
  const isForeign = code === "EADDRNOTAVAIL" || code === "EINVAL";
  if (isForeign || error instanceof Deno.errors.AddrNotAvailable) {
    return failure("not an address of this machine");
  }
  if (code === "EACCES" || error instanceof Deno.errors.PermissionDenied) {
    const hint = `Ports below 1024 are for root: ${OTHER_PORT}`;
    return { inUse: false, reason: "this user may not listen on that port", hint };
  }
  if (code === "EAFNOSUPPORT") return failure("this machine has no such address family");
  return failure(error instanceof Error ? error.message : String(error));
}

function failure(reason: string): BindFailure {
  return { inUse: false, reason, hint: OTHER_BINDS };
}

/** An address that is not listened on. */
export function silentListener(
  address: string,
  port: number,
  { reason, hint }: BindFailure,
): ListenerFact {
  return { address, port, listening: false, error: reason, hint };
}

/**
 * What to throw where no address could be bound; its details hold `listeners`, what became of each.
 *
 * @param failures one for each of `listeners`
 */
export function nothingBound(
  failures: readonly BindFailure[],
  listeners: readonly ListenerFact[],
  port: number,
): CodememError {
  const inUse = failures.find((failure) => failure.inUse);
  if (inUse !== undefined) {
    return new CodememError("port_in_use", `Cannot listen on port ${port}: it is in use`, {
      hint: inUse.hint,
      details: { listeners, field: "sync_port" },
    });
  }
  const reasons = listeners.map(({ address, error }) => `${address}: ${error}`).join("; ");
  return new CodememError("address_unavailable", `Cannot listen for other devices: ${reasons}`, {
    hint: failures[0]?.hint ?? OTHER_BINDS,
    details: { listeners, field: "sync_bind" },
  });
}
