/** A rotation: a device's own word that another key follows the one it had. */

/** What is said, without proof. */
export interface RotationWords {
  readonly deviceId: string;
  /** Higher than that of any rotation of the device before. */
  readonly sequence: number;
  /** `ssh-ed25519 <base64>`, without comment. */
  readonly oldPublicKey: string;
  readonly newPublicKey: string;
  /** Canonical timestamp. */
  readonly createdAt: string;
}

/** What is said, signed by both keys: neither can be made to follow the other by one of them alone. */
export interface RotationStatement extends RotationWords {
  /** 64 bytes each. */
  readonly oldSignature: Uint8Array;
  readonly newSignature: Uint8Array;
}

/** What has become of the key of this device. */
export interface RotatedKey {
  readonly sequence: number;
  readonly fingerprint: string;
  readonly previousFingerprint: string;
  readonly rotatedAt: string;
}

/** Rotations of one device have numbers up to this one. */
export const MAX_ROTATION_SEQUENCE = 2 ** 40;

/** So many rotations are told at once: who has missed more has to be paired again. */
export const MAX_TOLD_ROTATIONS = 100;
