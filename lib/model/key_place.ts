/** Where a device's private key is stored, and what may be under way with it. */

/** The kinds of places. */
export type KeyStoreName = "file" | "keychain";

/**
 * A change of the key that takes several steps. It is recorded before the first and cleared after the
 * last, so that after a crash the next process knows what to finish or to undo.
 */
export type KeyTask =
  | { readonly kind: "rotate" }
  /** The device has a new identity: the key files of the old one are moved aside. */
  | {
    readonly kind: "set_aside";
    /** Appended to their names. */
    readonly suffix: string;
  }
  | {
    readonly kind: "move";
    readonly from: KeyStoreName;
    readonly to: KeyStoreName;
    /** Whether the copy at the old place stays. */
    readonly keep: boolean;
  };
