/** Pinning a device: for the first time, once more, or with another key. */
import { keyChanged, type PeerIdentity } from "../../model/peer.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import { mergeAddresses } from "./peer_addresses.ts";
import type { Peer } from "./peer_row.ts";

/** What pinning did. */
export type PinOutcome = "paired" | "refreshed" | "replaced";

/** What to pin. */
export interface NewPin {
  readonly identity: PeerIdentity;
  /** `host:port` each, best first. */
  readonly addresses: readonly string[];
  /** Whether another key may take the place of the one that is pinned. */
  readonly replaceKey: boolean;
}

/**
 * Pins a device, within a transaction of the caller.
 *
 * @param known what is known of the device, removed or not
 * @throws key_changed if the device is pinned with another key and `replaceKey` is not set
 */
export function pinPeer(context: StoreContext, pin: NewPin, known: Peer | undefined): PinOutcome {
  const { identity, replaceKey } = pin;
  if (known === undefined || known.removedAt !== null) {
    insert(context, pin);
    return "paired";
  }
  if (known.fingerprint === identity.fingerprint) {
    refresh(context, pin, known);
    return "refreshed";
  }
  if (!replaceKey) throw keyChanged(known, identity);
  insert(context, pin);
  return "replaced";
}

/** Nothing that was known of the device before is kept. */
function insert({ database, nowMs }: StoreContext, { identity, addresses }: NewPin): void {
  database.run("DELETE FROM sync_peers WHERE peer_device_id = ?", identity.deviceId);
  database.run(
    `INSERT INTO sync_peers (peer_device_id, name, public_key, fingerprint, addresses, state, paired_at)
     VALUES (?, ?, ?, ?, ?, 'never', ?)`,
    identity.deviceId,
    identity.name,
    identity.publicKey,
    identity.fingerprint,
    JSON.stringify(mergeAddresses(addresses, [])),
    formatTimestamp(nowMs()),
  );
}

/** Updates a device that is paired again; the name that its owner gave it here stays. */
function refresh({ database }: StoreContext, { identity, addresses }: NewPin, known: Peer): void {
  database.run(
    "UPDATE sync_peers SET addresses = ?, public_key = ? WHERE peer_device_id = ?",
    JSON.stringify(mergeAddresses(addresses, known.addresses)),
    identity.publicKey,
    known.deviceId,
  );
}
