/** Which addresses other devices are told, and whether any of them leads here. */
import { addressScope, parseAddress } from "../model/address.ts";
import { type Judgement, ok, warning } from "./finding.ts";

/**
 * Judges the addresses that an invitation of this device holds; `host:port` each.
 *
 * @param leftOut how many more there are, for which an invitation has no room
 */
export function judgeOwnAddresses(addresses: readonly string[], leftOut = 0): Judgement {
  const more = leftOut === 0 ? "" : `; ${leftOut} more have no room in an invitation`;
  const told = `${addresses.join(", ")}${more}`;
  if (addresses.some(isFromOutside)) return ok(`other devices are told ${told}`);
  const hint = "Connect to a network, or give the address with `codemem config set sync_advertise`";
  return addresses.length === 0
    ? warning("other devices are told no address of this one", hint)
    : warning(`other devices are told ${told}, where only this machine reaches it`, hint);
}

function isFromOutside(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return false;
  const scope = addressScope(address.host);
  return scope !== "loopback" && scope !== "undialable";
}
