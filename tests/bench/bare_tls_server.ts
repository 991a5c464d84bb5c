/**
 * What TLS and HTTP alone need: a server that answers every request with the same small body. Prints
 * its port, its name and its certificate.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { issueCertificate } from "../../lib/auth/certificate.ts";
import { certificateName } from "../../lib/model/device.ts";

/** About as long as a status. */
const BODY = JSON.stringify({ text: "x".repeat(440) });

const { privateKey } = generateKeyPairSync("ed25519");
const deviceId = crypto.randomUUID();
const cert = await issueCertificate({ deviceId, privateKey });
const key = privateKey.export({ type: "pkcs8", format: "pem" });
const server = createServer({ key, cert, minVersion: "TLSv1.3" }, (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(BODY);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ port, name: certificateName(deviceId), cert }));
});
