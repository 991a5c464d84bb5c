/** Whether the keys in the folder are this device's, which the public file beside them says. */
import { CodememError } from "../errors.ts";
import { readPublicFile } from "../identity/public_file.ts";
import type { IdentityPlace } from "./identity_place.ts";

/**
 * Requires that the keys in the folder are not those of a device whose database is gone. With its key but
 * another id, this device would be a stranger to the peers, and a backup of the lost database would look
 * like a foreign one.
 *
 * @throws key_damaged
 */
export function requireOwnFolder(
  { store, keysDir }: Pick<IdentityPlace, "store" | "keysDir">,
): void {
  // Files that a new identity has yet to move aside are this device's own.
  if (store.device.record().keyTask?.kind === "set_aside") return;
  const owner = readPublicFile(keysDir)?.deviceId ?? null;
  if (owner === null || owner === store.deviceId) return;
  throw new CodememError(
    "key_damaged",
    `The key in ${keysDir} is that of the device ${owner}, whose database is gone`,
    {
      hint: "Run `codemem restore FILE` with a backup of it; where there is none, run " +
        "`codemem sync identity new --yes`, and pair this device again",
    },
  );
}
