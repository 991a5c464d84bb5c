/** A peer: another device of the same person, pinned by its key. */

/** How things stand with a peer, for people and for the schedule. */
export type PeerState =
  | "ok"
  | "syncing"
  | "offline"
  | "auth_failed"
  | "incompatible"
  | "error"
  | "never";

/** What pairing learned of a device and what every later contact is held against: the pin. */
export interface PeerIdentity {
  readonly deviceId: string;
  readonly name: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
}
