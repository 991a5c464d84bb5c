/** The addresses a host name leads to, as far as they may be dialled. */
import { lookup } from "node:dns/promises";
import { addressScope } from "../model/address.ts";
import { CodememError } from "../errors.ts";

/** Resolves a host name to IP addresses, in the order in which they are worth trying. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** The resolver of this machine. */
export const systemResolver: ResolveHost = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Resolves a host and leaves out addresses at which no device can be. Whoever owns a stored name can
 * point it anywhere: also at 169.254.169.254, where a cloud keeps its credentials.
 *
 * @param host a name, or an IP address, which stands for itself
 * @throws {CodememError} `unreachable` where nothing is left; what `resolve` throws
 */
export async function dialableAddresses(
  host: string,
  resolve: ResolveHost,
): Promise<readonly [string, ...string[]]> {
  const [first, ...others] = (await resolve(host)).filter(isDialable);
  if (first !== undefined) return [first, ...others];
  throw undialable(host);
}

/** @throws {CodememError} `unreachable` where no device is reached at such an address or name */
export function refuseUndialable(host: string): void {
  if (!isDialable(host)) throw undialable(host);
}

function isDialable(host: string): boolean {
  return addressScope(host) !== "undialable";
}

function undialable(host: string): CodememError {
  return new CodememError("unreachable", `Cannot reach ${host}: it leads to no device's address`, {
    hint: "Give the device's address in the local network or in the tailnet",
  });
}
