/** The addresses of a peer that are kept. */

/** More addresses than this would only delay a dial. */
const MAX_ADDRESSES = 16;

/** `first`, then `second`; each address once, limited to {@link MAX_ADDRESSES}. */
export function mergeAddresses(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])].slice(0, MAX_ADDRESSES);
}
