/** A rotation: a device's statement that another key follows the one it had. */

/** The content of a statement, without proof. */
export interface RotationWords {
  readonly deviceId: string;
  /** Higher than that of every earlier rotation of the device. */
  readonly sequence: number;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly oldPublicKey: string;
  readonly newPublicKey: string;
  /** Canonical timestamp. */
  readonly createdAt: string;
}

/** A statement signed by both keys: neither alone can make one follow the other. */
export interface RotationStatement extends RotationWords {
  /** 64 bytes each. */
  readonly oldSignature: Uint8Array;
  readonly newSignature: Uint8Array;
}

/** The outcome of a rotation of this device's key. */
export interface RotatedKey {
  readonly sequence: number;
  readonly fingerprint: string;
  readonly previousFingerprint: string;
  readonly rotatedAt: string;
}

/** The highest sequence of a rotation. */
export const MAX_ROTATION_SEQUENCE = 2 ** 40;

/** At most this many rotations are sent at once: a peer that has missed more has to be paired again. */
export const MAX_TOLD_ROTATIONS = 100;
