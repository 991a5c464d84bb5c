import { assert, assertEquals } from "@std/assert";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { certificatePublicKeyLine, issueCertificate } from "./certificate.ts";
import { publicKeyLine } from "./fingerprint.ts";

const PRIVATE_KEY = createPrivateKey(
  "-----BEGIN PRIVATE KEY-----\n" +
    "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n" +
    "-----END PRIVATE KEY-----\n",
);

Deno.test("a certificate names its device and holds its key, for ever", async () => {
  const pem = await issueCertificate({ deviceId: "laptop-1", privateKey: PRIVATE_KEY });
  const certificate = new X509Certificate(pem);
  assertEquals(certificate.subject, "CN=laptop-1");
  assertEquals(certificate.subjectAltName, "DNS:laptop-1.codemem.internal");
  assert(certificate.verify(certificate.publicKey));
  assertEquals(new Date(certificate.validTo).getUTCFullYear(), 9999);
  assertEquals(certificatePublicKeyLine(certificate.raw), publicKeyLine(PRIVATE_KEY));
});

Deno.test("the same key and id give the same certificate, byte for byte", async () => {
  const options = { deviceId: "laptop-1", privateKey: PRIVATE_KEY };
  const pem = await issueCertificate(options);
  assertEquals(await issueCertificate(options), pem);
  assert(await issueCertificate({ ...options, deviceId: "laptop-2" }) !== pem);
});

Deno.test("what is no certificate over an Ed25519 key has no key line", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { raw } = new X509Certificate(await issueCertificate({ deviceId: "a", privateKey }));
  assertEquals(certificatePublicKeyLine(raw.subarray(0, 100)), undefined);
  assertEquals(certificatePublicKeyLine(new Uint8Array()), undefined);
  assertEquals(certificatePublicKeyLine(new TextEncoder().encode("certificate")), undefined);
});
