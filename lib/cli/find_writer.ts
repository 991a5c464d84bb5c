/** Which device a person means as the writer of memories: also one that is no longer paired. */
import { CodememError } from "../errors.ts";
import type { Store } from "../store/store.ts";

/**
 * The id of a device that has written something that is here.
 *
 * @param text a name, an id, or the first four or more characters of one
 * @param ownName what this device is called
 * @throws not_found, or invalid_input where several are meant
 */
export function findWriter(store: Store, text: string, ownName: string): string {
  const names = new Map(store.peers.names());
  names.set(store.deviceId, ownName);
  const ids = [...new Set([...names.keys(), ...store.undo.writers()])];
  const exact = ids.filter((id) => id === text || names.get(id) === text);
  const found = exact.length > 0 || text.length < 4
    ? exact
    : ids.filter((id) => id.startsWith(text));
  if (found.length === 1) return found[0]!;
  const hint = "`codemem show ID --history` names the device of each version";
  if (found.length === 0) {
    throw new CodememError("not_found", `No device "${text}" has written anything here`, { hint });
  }
  throw new CodememError("invalid_input", `"${text}" may mean any of ${found.join(", ")}`, {
    hint: "Give the id",
  });
}
