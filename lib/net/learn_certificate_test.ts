import { assert, assertEquals, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { certificatePublicKeyLine } from "../auth/certificate.ts";
import { CodememError } from "../errors.ts";
import { type KeyHolder, newKeyHolder } from "../../tests/support/attackers/key_holder.ts";
import { learnCertificate } from "./learn_certificate.ts";
import { listenTls } from "./tls_listener.ts";

const SERVER = await newKeyHolder("server");

function learn(port: number, expected: KeyHolder, connectTimeoutMs = 5_000): Promise<string> {
  return learnCertificate({
    address: { host: "127.0.0.1", port },
    certificateName: expected.certificateName,
    accepts: (der) => certificatePublicKeyLine(der) === expected.publicKey,
    connectTimeoutMs,
  });
}

Deno.test("the certificate of the expected key is learned without a request being made", async () => {
  let requests = 0;
  const handler = () => new Response(String(++requests));
  const { privateKey, certificatePem } = SERVER;
  const listener = await listenTls({
    binds: ["127.0.0.1"],
    port: 0,
    privateKey,
    certificatePem,
    handler,
  });
  const pem = await learn(listener.port, SERVER);
  assertEquals(new X509Certificate(pem).raw, new X509Certificate(SERVER.certificatePem).raw);
  const other = await newKeyHolder("server");
  const error = await assertRejects(() => learn(listener.port, other), CodememError);
  assertEquals(error.code, "untrusted_certificate");
  assert(error.details.der instanceof Uint8Array);
  assertEquals(certificatePublicKeyLine(error.details.der), SERVER.publicKey);
  assertEquals(requests, 0);
  await listener.close({ graceMs: 0 });
  assertEquals(
    (await assertRejects(() => learn(listener.port, SERVER), CodememError)).code,
    "unreachable",
  );
});

Deno.test("a name that leads to no device's address is not asked for a certificate", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const accepted = listener.accept().then((conn) => conn.close(), () => "nobody came");
  const asked = () =>
    learnCertificate({
      address: { host: "device.example", port },
      certificateName: SERVER.certificateName,
      accepts: () => true,
      connectTimeoutMs: 5_000,
      resolve: () => Promise.resolve(["0.0.0.0"]),
    });
  assertEquals((await assertRejects(asked, CodememError)).code, "unreachable");
  listener.close();
  assertEquals(await accepted, "nobody came");
});

Deno.test("an address that says nothing times out", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept();
  const error = await assertRejects(() => learn(listener.addr.port, SERVER, 100), CodememError);
  assertEquals(error.code, "timed_out");
  (await accepting).close();
  listener.close();
});
