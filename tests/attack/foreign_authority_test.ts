import { assertEquals } from "@std/assert";
import {
  type Authority,
  type IssuedCertificate,
  newAuthority,
} from "../support/attackers/authority.ts";
import type { DialedOnce, DialOnce } from "../support/devices/dial_once.ts";
import { startImpostor } from "../support/attackers/impostor.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";

const PEER = await newKeyHolder("peer");
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";

/** A server of the runtime's own that answers everything, and keeps what it was told. */
function startServer(certificate: IssuedCertificate) {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate });
  const received: string[] = [];
  const serve = async (conn: Deno.TlsConn) => {
    const buffer = new Uint8Array(10_000);
    try {
      for (let length = await conn.read(buffer); length; length = await conn.read(buffer)) {
        received.push(new TextDecoder().decode(buffer.subarray(0, length)));
        await conn.write(new TextEncoder().encode(ANSWER));
      }
    } catch (error) {
      // A client that does not trust us hangs up in the middle.
      if (!(error instanceof Error)) throw error;
    }
    conn.close();
  };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const conn of listener) all.push(serve(conn));
    await Promise.all(all);
  })();
  return {
    port: listener.addr.port,
    received,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

/** Dials from a process of its own, as the environment is read when a process starts. */
async function dialFrom(env: Record<string, string>, port: number): Promise<DialedOnce> {
  const { certificateName, certificatePem } = PEER;
  const options: DialOnce = { port, certificateName, certificatePem };
  const script = `${import.meta.dirname}/../support/devices/dial_once.ts`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-lock", script, JSON.stringify(options)],
    env,
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The environment of a machine that trusts an authority. */
async function trusting(
  authority: Authority,
  act: (env: Record<string, string>) => Promise<void>,
): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".pem" });
  try {
    await Deno.writeTextFile(file, authority.cert);
    await act({ DENO_CERT: file, NODE_EXTRA_CA_CERTS: file });
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("an authority that this machine trusts cannot issue a peer's certificate", async () => {
  const authority = await newAuthority();
  await using server = startServer(await authority.issue(PEER.certificateName));
  await trusting(authority, async (env) => {
    assertEquals(await dialFrom(env, server.port), {
      pinned: "untrusted_certificate",
      learned: "answered",
      runtimeTrusts: true,
    });
  });
  assertEquals(server.received, []);
});

Deno.test("an authority that nobody trusts cannot either", async () => {
  const authority = await newAuthority();
  await using server = startServer(await authority.issue(PEER.certificateName));
  const { pinned, runtimeTrusts } = await dialFrom({}, server.port);
  assertEquals([pinned, runtimeTrusts], ["untrusted_certificate", false]);
  assertEquals(server.received, []);
});

Deno.test("no environment lets the peer's certificate be shown without its key", async () => {
  const mallory = await newKeyHolder("mallory");
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  for (const [key, pinned] of [[PEER, "answered"], [mallory, "untrusted_certificate"]] as const) {
    const impostor = startImpostor(PEER.certificatePem, key.privateKey, ANSWER);
    assertEquals((await dialFrom(env, impostor.port)).pinned, pinned);
    assertEquals(impostor.received.length, key === PEER ? 1 : 0);
    await impostor.close();
  }
});
