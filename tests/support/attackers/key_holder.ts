/** A device as far as trust goes, for tests: a new key and its certificate. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { issueCertificate } from "../../../lib/auth/certificate.ts";
import { fingerprintOf, publicKeyLine } from "../../../lib/auth/fingerprint.ts";
import { certificateName } from "../../../lib/model/device.ts";

/** A new identity. */
export interface KeyHolder {
  readonly deviceId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: string;
  readonly fingerprint: string;
  readonly certificateName: string;
  readonly certificatePem: string;
}

/** Makes the identity of a device. */
export async function newKeyHolder(deviceId: string): Promise<KeyHolder> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = publicKeyLine(privateKey);
  return {
    deviceId,
    privateKey,
    publicKey,
    fingerprint: fingerprintOf(publicKey),
    certificateName: certificateName(deviceId),
    certificatePem: await issueCertificate({ deviceId, privateKey }),
  };
}
