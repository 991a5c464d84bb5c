/** The addresses that a device tells of itself. */
import { formatAddress, parseAddress } from "../model/address.ts";
import { MAX_ADDRESSES } from "./limits.ts";

/**
 * Reads a list of `host:port`.
 *
 * @returns each address once, in its one spelling; `undefined` where the list is none, is longer than
 * {@link MAX_ADDRESSES} or holds anything else
 */
export function decodeAddresses(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_ADDRESSES) return undefined;
  const addresses = new Set<string>();
  for (const text of value) {
    const address = typeof text === "string" ? parseAddress(text) : undefined;
    if (address === undefined) return undefined;
    addresses.add(formatAddress(address));
  }
  return [...addresses];
}
