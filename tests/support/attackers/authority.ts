/** A certificate authority that issues certificates for whatever name it is asked, for tests. */
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** What a server shows and proves. */
export interface IssuedCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

/** A new authority. */
export interface Authority {
  /** PEM. */
  readonly cert: string;
  /** Issues a certificate over a new key. @param name DNS name */
  issue(name: string): Promise<IssuedCertificate>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const VALID = {
  notBefore: new Date("2020-01-01T00:00:00Z"),
  notAfter: new Date("2040-01-01T00:00:00Z"),
};

/** Makes an authority. */
export async function newAuthority(): Promise<Authority> {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    ...VALID,
    serialNumber: "01",
    name: "CN=Example Root",
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  }, crypto);
  return {
    cert: root.toString("pem"),
    async issue(name) {
      const { publicKey, privateKey } = await newKeys();
      const leaf = await X509CertificateGenerator.create({
        ...VALID,
        serialNumber: "02",
        subject: `CN=${name}`,
        issuer: root.subject,
        signingAlgorithm: ALGORITHM,
        publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new BasicConstraintsExtension(false),
          new SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
        ],
      }, crypto);
      return { cert: leaf.toString("pem"), key: await pkcs8Pem(privateKey) };
    },
  };
}

async function newKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function pkcs8Pem(key: CryptoKey): Promise<string> {
  const base64 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key)).toBase64();
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
}
