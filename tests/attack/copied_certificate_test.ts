import { assert, assertEquals, assertRejects } from "@std/assert";
import type { KeyObject } from "node:crypto";
import { certificatePublicKeyLine } from "../../lib/auth/certificate.ts";
import { CodememError } from "../../lib/errors.ts";
import { learnCertificate } from "../../lib/net/learn_certificate.ts";
import { openPinnedConnection } from "../../lib/net/pinned_connection.ts";
import { startImpostor } from "../support/attackers/impostor.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";

const PEER = await newKeyHolder("peer");
const MALLORY = await newKeyHolder("mallory");
const FORGED = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";

/** What a client that pinned the peer gets from a server with the peer's certificate and `key`. */
async function ask(key: KeyObject): Promise<{ answer: string; received: string[] }> {
  const impostor = startImpostor(PEER.certificatePem, key, FORGED);
  try {
    const connection = await openPinnedConnection({
      address: { host: "127.0.0.1", port: impostor.port },
      certificateName: PEER.certificateName,
      certificatePem: PEER.certificatePem,
      connectTimeoutMs: 20_000,
    });
    const { body } = await connection.request({
      method: "GET",
      target: "/v1/status",
      headers: {},
      timeoutMs: 20_000,
      maxResponseBytes: 100,
    });
    connection.close();
    return { answer: new TextDecoder().decode(body), received: impostor.received };
  } catch (error) {
    if (!(error instanceof CodememError)) throw error;
    return { answer: error.code, received: impostor.received };
  } finally {
    await impostor.close();
  }
}

Deno.test("the holder of the key is answered to, so the impostor's TLS is sound", async () => {
  const { answer, received } = await ask(PEER.privateKey);
  assertEquals(answer, "forged");
  assert(received.join().startsWith("GET /v1/status HTTP/1.1"));
});

Deno.test("the right certificate without its key gets no trust and not one byte", async () => {
  const { answer, received } = await ask(MALLORY.privateKey);
  assertEquals(answer, "untrusted_certificate");
  assertEquals(received, []);
});

Deno.test("a copied certificate can be learned, but what it leads to is still refused", async () => {
  const impostor = startImpostor(PEER.certificatePem, MALLORY.privateKey, FORGED);
  const target = {
    address: { host: "127.0.0.1", port: impostor.port },
    certificateName: PEER.certificateName,
    connectTimeoutMs: 20_000,
  };
  const accepts = (der: Uint8Array) => certificatePublicKeyLine(der) === PEER.publicKey;
  const learned = await learnCertificate({ ...target, accepts }).catch((error) => error.code);
  // A runtime that checks the proof even unverified has refused already.
  if (learned !== "unreachable") {
    const open = () => openPinnedConnection({ ...target, certificatePem: learned });
    assertEquals((await assertRejects(open, CodememError)).code, "untrusted_certificate");
  }
  assertEquals(impostor.received, []);
  await impostor.close();
});
