/** What peers are called where several are shown. */

/** Enough of an id to tell a few devices apart, and to name one by. */
const SHORT_ID = 8;

/**
 * The names of peers by their ids: with the beginning of its id where two have the same name.
 *
 * @param peers all that this device is paired with
 */
export function peerNames(
  peers: readonly { readonly deviceId: string; readonly name: string }[],
): ReadonlyMap<string, string> {
  return new Map(peers.map(({ deviceId, name }) => {
    const isTaken = peers.some((other) => other.name === name && other.deviceId !== deviceId);
    return [deviceId, isTaken ? `${name} (${deviceId.slice(0, SHORT_ID)})` : name];
  }));
}
