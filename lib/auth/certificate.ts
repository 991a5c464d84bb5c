/** The device's TLS certificate: its identity key, dressed for X.509. */
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { certificateName } from "../model/device.ts";
import { publicKeyLine } from "./fingerprint.ts";

/**
 * The certificate never expires by itself (RFC 5280 §4.1.2.5): the pin is what ends trust, and a device
 * whose clock is wrong must still be told so over TLS.
 */
const NOT_BEFORE = new Date("2020-01-01T00:00:00Z");
const NOT_AFTER = new Date("9999-12-31T23:59:59Z");

/**
 * Issues a device's self-signed certificate: CN is the device id, the one DNS name is
 * `certificateName(deviceId)`. The same key and id give the same bytes.
 *
 * @returns the certificate as PEM
 */
export async function issueCertificate(
  { deviceId, privateKey }: { readonly deviceId: string; readonly privateKey: KeyObject },
): Promise<string> {
  // Only the start of sync needs these, and they cost more to load than everything else here.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: [{ CN: [deviceId] }],
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    signingAlgorithm: { name: "Ed25519" },
    keys: await webKeys(privateKey),
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: certificateName(deviceId) }]),
    ],
  }, crypto);
  return `${certificate.toString("pem").trim()}\n`;
}

/**
 * The public key line of a certificate's key.
 *
 * @param certificate as DER, or as PEM
 * @returns `undefined` where it is no certificate over an Ed25519 key
 */
export function certificatePublicKeyLine(certificate: Uint8Array | string): string | undefined {
  const key = readCertificate(certificate)?.publicKey;
  return key?.asymmetricKeyType === "ed25519" ? publicKeyLine(key) : undefined;
}

/** The DNS name a certificate is issued for, where it is for exactly one. */
export function certificateNameIn(der: Uint8Array): string | undefined {
  return /^DNS:([^,\s]+)$/.exec(readCertificate(der)?.subjectAltName ?? "")?.[1];
}

/** A certificate of DER as PEM, as {@link issueCertificate} writes it. */
export function certificatePem(der: Uint8Array): string {
  const base64 = Buffer.from(der).toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function readCertificate(certificate: Uint8Array | string): X509Certificate | undefined {
  try {
    return new X509Certificate(certificate);
  } catch {
    // Not a certificate.
    return undefined;
  }
}

async function webKeys(privateKey: KeyObject): Promise<CryptoKeyPair> {
  const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
  const spki = new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
  const algorithm = { name: "Ed25519" };
  return {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
    publicKey: await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
  };
}
