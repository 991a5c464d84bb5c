/** Where the device's key is kept, and whether it is safe there. */
import { CodememError } from "../errors.ts";
import type { KeyStoreName } from "../model/key_place.ts";
import { failedWith, type Judgement, ok, skipped, warning } from "./finding.ts";

/** What is seen of the key. */
export interface KeyState {
  /** What loading it has failed with; null where it was loaded, `undefined` where there is none yet. */
  readonly failure: CodememError | null | undefined;
  readonly keyStore: KeyStoreName | null;
  /** The setting. */
  readonly wanted: "auto" | KeyStoreName;
  /** Where a copy is at the other place, for people; null where none was found. */
  readonly copy: { readonly place: string; readonly isCurrent: boolean } | null;
  /** Folder of the key files. */
  readonly folder: string;
  /** Permission bits of the folder; null where there is none. */
  readonly folderMode: number | null;
}

const GROUP_OR_OTHERS_WRITE = 0o022;

/** Judges the key. What is wrong with its file is what loading it says. */
export function judgeKeyStore(sight: KeyState): Judgement {
  const { failure, keyStore, wanted, copy, folder, folderMode } = sight;
  if (failure === undefined) return skipped("this device has no key yet");
  if (failure !== null) return failedWith(failure);
  if (wanted !== "auto" && wanted !== keyStore) {
    return warning(
      `the key is in a ${keyStore}, and sync_key_store asks for a ${wanted}`,
      `Run \`codemem sync move-key ${wanted} --stop\``,
    );
  }
  if (copy?.isCurrent === false) {
    return warning(
      `a copy of an earlier key is in ${copy.place}`,
      `Run \`codemem sync move-key ${keyStore} --stop\`, which removes it`,
    );
  }
  const beside = copy === null ? "" : `; a copy is in ${copy.place}`;
  if (keyStore === "keychain") return ok(`the key is in the keychain${beside}`);
  if (((folderMode ?? 0) & GROUP_OR_OTHERS_WRITE) !== 0) {
    return warning(`others can write to ${folder}`, `Run \`chmod 700 '${folder}'\``);
  }
  return ok(`the key is in ${folder}, for this user alone${beside}`);
}
