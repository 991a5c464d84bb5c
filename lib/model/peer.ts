/** A peer: another device of the same person, pinned by its key. */
import { CodememError } from "../errors.ts";
import { waysOutOfFork } from "./life.ts";

const STATES = [
  "ok",
  "syncing",
  "offline",
  "auth_failed",
  "incompatible",
  "error",
  "never",
] as const;

/** How things stand with a peer, for people and for the schedule. */
export type PeerState = typeof STATES[number];

/** Whether `value` is a state that this version knows. */
export function isPeerState(value: unknown): value is PeerState {
  return STATES.some((state) => state === value);
}

/** What pairing learned of a device and what every later contact is held against: the pin. */
export interface PeerIdentity {
  readonly deviceId: string;
  readonly name: string;
  /** SHA-256 of the public key line, lowercase hex. */
  readonly fingerprint: string;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly publicKey: string;
}

/** Which device is trusted, and by which key. */
export type Pin = Pick<PeerIdentity, "deviceId" | "fingerprint">;

/**
 * The refusal of a device whose database is an older copy of one that has gone on.
 *
 * @param name of the device
 */
export function deviceForked(name: string): CodememError {
  return new CodememError(
    "device_forked",
    `The database of ${name} was restored by hand, or its disk was cloned: nothing is exchanged with it`,
    { hint: waysOutOfFork(name) },
  );
}

/**
 * The refusal of a device that is met with a key which it has given up since.
 *
 * @param name of the device
 */
export function keySuperseded(name: string): CodememError {
  return new CodememError(
    "key_superseded",
    `${name} answers with a key that it has given up: it is an older copy, or somebody has that key`,
    {
      hint: `If ${name} was restored from a backup or its disk was cloned, run ` +
        `\`codemem sync identity new --yes\` on the older copy, and pair it again`,
    },
  );
}

/** The refusal of a device that is no longer trusted. @param message how that came */
export function peerRemoved(message = "The peer was removed on this device"): CodememError {
  return new CodememError("peer_removed", message, {
    hint: "Pair the two devices again with `codemem sync pair`",
  });
}

/** The refusal of a known device that comes with another key. */
export function keyChanged(
  known: Pick<PeerIdentity, "name" | "fingerprint">,
  offered: Pick<PeerIdentity, "fingerprint">,
): CodememError {
  return new CodememError(
    "key_changed",
    `${known.name} is known with another key: pinned ${known.fingerprint}, offered ${offered.fingerprint}`,
    {
      hint:
        "If its key was rotated, run `codemem sync once`, which follows it; if it has lost its key and " +
        "has another one, pair again with --replace-key; if neither, somebody else answers",
      details: { pinned: known.fingerprint, offered: offered.fingerprint },
    },
  );
}
