/** In which order a peer's addresses are tried. */
import { type Address, addressScope, formatAddress, parseAddress } from "../../model/address.ts";

/** What is known of where a peer may be; each is `host:port`. */
export interface KnownAddresses {
  /** Seen on the local network just now. */
  readonly discovered: readonly string[];
  readonly lastGood: string | null;
  readonly stored: readonly string[];
}

/** No peer has more ways to it than this; the rest only costs time. */
const MAX_CANDIDATES = 12;

/**
 * The addresses to try, best first: seen on the local network, last known good, stored ones of a
 * tailnet, the remaining stored ones. Each once, in one spelling; none that leads nowhere or to a
 * cloud's metadata.
 */
export function dialOrder(known: KnownAddresses): Address[] {
  const stored = readable(known.stored);
  const ordered = [
    ...readable(known.discovered),
    ...readable(known.lastGood === null ? [] : [known.lastGood]),
    ...stored.filter(({ host }) => addressScope(host) === "tailscale"),
    ...stored,
  ];
  const unique = new Map(ordered.map((address) => [formatAddress(address), address]));
  return [...unique.values()].slice(0, MAX_CANDIDATES);
}

function readable(texts: readonly string[]): Address[] {
  return texts
    .map((text) => parseAddress(text))
    .filter((address) => address !== undefined)
    .filter(({ host }) => addressScope(host) !== "undialable");
}
