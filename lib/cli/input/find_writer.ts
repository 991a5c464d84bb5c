/** Which device a person means as the writer of memories: also one that is no longer paired. */
import { CodememError } from "../../errors.ts";
import { isUuid } from "../../model/uuid.ts";
import { Undo } from "../../store/memories/undo.ts";
import type { Store } from "../../store/store.ts";

/**
 * The id of a device that has written something that is here.
 *
 * @param text a name, an id, or the first four or more characters of one; a whole id is taken as it is
 * @param ownName what this device is called
 * @throws not_found, or invalid_input where several are meant
 */
export function findWriter(store: Store, text: string, ownName: string): string {
  // All that it wrote may have been taken back by now.
  if (isUuid(text)) return text;
  const names = new Map([...store.peers.names(), [store.deviceId, ownName]]);
  const ids = [...new Set([...names.keys(), ...new Undo(store.context).writers()])];
  const exact = ids.filter((id) => id === text || names.get(id) === text);
  const found = exact.length > 0 || text.length < 4
    ? exact
    : ids.filter((id) => id.startsWith(text));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    const nameless = ids.filter((id) => !names.has(id));
    throw new CodememError("not_found", `No device "${text}" has written anything here`, {
      hint: nameless.length === 0
        ? "`codemem show ID --history` names the device of each version"
        : `Give a name, or the id of one that has none here: ${nameless.join(", ")}`,
    });
  }
  throw new CodememError("invalid_input", `"${text}" may mean any of ${found.join(", ")}`, {
    hint: "Give the id",
  });
}

/**
 * Ids of devices that have written something and have no name here: this device itself, before it had its
 * present identity, or one that is known to its peers alone.
 *
 * @param since canonical timestamp
 */
export function namelessWriters(store: Store, since: string): string[] {
  const named = new Set([store.deviceId, ...store.peers.names().map(([deviceId]) => deviceId)]);
  return new Undo(store.context).writers(since).filter((id) => !named.has(id));
}
