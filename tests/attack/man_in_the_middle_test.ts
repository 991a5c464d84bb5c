import { assert, assertEquals, assertRejects } from "@std/assert";
import { CodememError } from "../../lib/errors.ts";
import { openPinnedConnection } from "../../lib/net/pinned_connection.ts";
import { listenTls, type TlsListener } from "../../lib/net/tls_listener.ts";
import { ByteProxy, type Tampering } from "../support/attackers/byte_proxy.ts";
import { type KeyHolder, newKeyHolder } from "../support/attackers/key_holder.ts";

const MEMORY = "the memory ".repeat(40);
const QUESTION = "the question ".repeat(30);
/** Positions of each direction that are changed, spread over the whole stream. */
const POSITIONS = 40;

async function withServer(
  act: (listener: TlsListener, holder: KeyHolder, received: string[]) => Promise<void>,
): Promise<void> {
  const holder = await newKeyHolder("server");
  const received: string[] = [];
  const listener = await listenTls({
    binds: ["127.0.0.1"],
    port: 0,
    privateKey: holder.privateKey,
    certificatePem: holder.certificatePem,
    handler: async (request) => {
      received.push(await request.text());
      return new Response(MEMORY);
    },
  });
  try {
    await act(listener, holder, received);
  } finally {
    await listener.close({ graceMs: 0 });
  }
}

async function ask(port: number, holder: KeyHolder, timeoutMs: number): Promise<string> {
  const connection = await openPinnedConnection({
    address: { host: "127.0.0.1", port },
    certificateName: holder.certificateName,
    certificatePem: holder.certificatePem,
    connectTimeoutMs: timeoutMs,
  });
  try {
    const { body } = await connection.request({
      method: "POST",
      target: "/",
      headers: {},
      body: new TextEncoder().encode(QUESTION),
      timeoutMs,
      maxResponseBytes: 100_000,
    });
    return new TextDecoder().decode(body);
  } finally {
    connection.close();
  }
}

Deno.test("a man in the middle who changes a byte changes no answer and no request", async () => {
  await withServer(async ({ port }, holder, received) => {
    const clean = new ByteProxy(port);
    assertEquals(await ask(clean.port, holder, 5_000), MEMORY);
    clean.close();
    const outcomes: string[] = [];
    for (const direction of ["request", "response"] as const) {
      const total = clean.counts[direction];
      for (let index = 0; index < POSITIONS; index++) {
        const at = Math.floor(index * total / POSITIONS);
        outcomes.push(await tampered(port, holder, { direction, at, mask: 1 << (index % 8) }));
      }
    }
    // Some bytes before the encrypted part mean nothing to either side; none may mean something else.
    const errors = outcomes.filter((outcome) => outcome !== MEMORY);
    assert(errors.length > outcomes.length * 0.9, `${errors.length} of ${outcomes.length}`);
    assert(errors.every((code) => EXPECTED_ERRORS.has(code)), [...new Set(errors)].join());
    assertEquals(new Set(received), new Set([QUESTION]));
  });
});

const EXPECTED_ERRORS = new Set(["untrusted_certificate", "unreachable", "timed_out"]);

/** The answer that arrived, or the code of the error. */
async function tampered(port: number, holder: KeyHolder, tampering: Tampering): Promise<string> {
  const proxy = new ByteProxy(port, tampering);
  try {
    return await ask(proxy.port, holder, 300);
  } catch (error) {
    if (error instanceof CodememError) return error.code;
    throw error;
  } finally {
    proxy.close();
  }
}

Deno.test("a recorded connection, sent again, asks nothing and answers nothing", async () => {
  await withServer(async ({ port }, holder, received) => {
    const proxy = new ByteProxy(port);
    await ask(proxy.port, holder, 5_000);
    proxy.close();
    const replayed = await Deno.connect({ hostname: "127.0.0.1", port });
    for (const part of proxy.seen.request) await replayed.write(part).catch(() => 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    replayed.close();
    assertEquals(received.length, 1);

    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      const conn = await listener.accept();
      await conn.read(new Uint8Array(10_000));
      for (const part of proxy.seen.response) await conn.write(part).catch(() => 0);
      conn.close();
    })();
    const error = await assertRejects(() => ask(listener.addr.port, holder, 1_000), CodememError);
    assert(EXPECTED_ERRORS.has(error.code), error.code);
    await serving;
    listener.close();
  });
});
