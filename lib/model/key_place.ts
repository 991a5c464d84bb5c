/** Where a device's private key is, and what may be under way with it. */

/** The kinds of places there are. */
export type KeyStoreName = "file" | "keychain";

/**
 * Something that is done to a key in several steps. It is noted before the first of them and taken back
 * after the last, so that whoever comes after a crash knows what to finish or to undo.
 */
export type KeyTask =
  | { readonly kind: "rotate" }
  /** The device has become another one: the files of the key it had are moved out of the way. */
  | {
    readonly kind: "set_aside";
    /** Of their names from then on. */
    readonly suffix: string;
  }
  | {
    readonly kind: "move";
    readonly from: KeyStoreName;
    readonly to: KeyStoreName;
    /** Whether the copy that was there before stays. */
    readonly keep: boolean;
  };
