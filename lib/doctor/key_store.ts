/** Where the device's key is kept, and whether it is safe there. */
import { CodememError } from "../errors.ts";
import { failedWith, type Judgement, ok, skipped, warning } from "./finding.ts";

/** What is seen of the key. */
export interface KeySight {
  /** What loading it has failed with; null where it was loaded, `undefined` where there is none yet. */
  readonly failure: CodememError | null | undefined;
  /** `file` or `keychain`. */
  readonly keyStore: string;
  /** Folder of the key files. */
  readonly folder: string;
  /** Permission bits of the folder; null where there is none. */
  readonly folderMode: number | null;
}

const GROUP_OR_OTHERS_WRITE = 0o022;

/** Judges the key. What is wrong with its file is what loading it says. */
export function judgeKeyStore({ failure, keyStore, folder, folderMode }: KeySight): Judgement {
  if (failure === undefined) return skipped("this device has no key yet");
  if (failure !== null) return failedWith(failure);
  if (keyStore !== "file") return ok(`the key is in the ${keyStore}`);
  if (((folderMode ?? 0) & GROUP_OR_OTHERS_WRITE) !== 0) {
    return warning(`others can write to ${folder}`, `Run \`chmod 700 '${folder}'\``);
  }
  return ok(`the key is in ${folder}, for this user alone`);
}
