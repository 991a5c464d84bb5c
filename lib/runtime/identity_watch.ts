/** Whether a running device could still prove who it is if it were started again. */
import type { CodememError } from "../errors.ts";
import { type SyncFault, toFault } from "../model/listener.ts";
import { identityFault, type IdentityFiles } from "./identity_fault.ts";
import { displacement } from "./lost_database.ts";

/** Options of {@link IdentityWatch}. */
export interface IdentityWatchOptions extends IdentityFiles {
  /** Called when something else is wrong than at the last look, or nothing any more. */
  readonly onChanged: () => void;
}

const KEY_FILES = ["device.key", "device.key.next", "device.key.pub"];

/** Knows what was wrong at the last look. */
export class IdentityWatch {
  readonly #options: IdentityWatchOptions;
  #found: CodememError | undefined;
  /** What the last look has judged. */
  #seen = "";

  constructor(options: IdentityWatchOptions) {
    this.#options = options;
  }

  /** What is wrong; null if nothing is. A database that is gone is noticed at once. */
  get fault(): SyncFault | null {
    return toFault(displacement(this.#options.store) ?? this.#found);
  }

  /** Looks again; called at every poll. @throws what reading the store can fail with */
  async look(): Promise<void> {
    // Web Crypto wakes threads: an idle device uses it only where something has changed.
    const seen = this.#see();
    if (seen === this.#seen) return;
    const before = this.#found?.message;
    this.#found = await identityFault(this.#options);
    this.#seen = seen;
    if (this.#found?.message !== before) this.#options.onChanged();
  }

  #see(): string {
    const { store, keysDir } = this.#options;
    const files = KEY_FILES.map((name) => versionOf(`${keysDir}/${name}`));
    return JSON.stringify([store.isInPlace(), store.device.record(), files]);
  }
}

/** Another one whenever the file is; null where it cannot be seen. */
function versionOf(path: string) {
  try {
    const { ino, size, mode, mtime } = Deno.statSync(path);
    return [ino, size, mode, mtime?.getTime()];
  } catch {
    return null;
  }
}
