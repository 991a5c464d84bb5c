import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { CodememError, type ErrorCode } from "../errors.ts";
import { type KeyHolder, newKeyHolder } from "../../tests/support/attackers/key_holder.ts";
import { freePort } from "../../tests/support/system/free_port.ts";
import { onFreedPort } from "../../tests/support/system/freed_port.ts";
import { openPinnedConnection, type PinnedConnection } from "./pinned_connection.ts";
import type { DialOptions } from "./dial_tls.ts";
import { listenTls } from "./tls_listener.ts";
import type { RequestHandler } from "./serve_connection.ts";

const SERVER = await newKeyHolder("server");
const GET = { method: "GET", target: "/", headers: {}, timeoutMs: 5_000, maxResponseBytes: 1_000 };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function dial(port: number, options: Partial<DialOptions> = {}): Promise<PinnedConnection> {
  return openPinnedConnection({
    address: { host: "127.0.0.1", port },
    certificateName: SERVER.certificateName,
    certificatePem: SERVER.certificatePem,
    connectTimeoutMs: 5_000,
    ...options,
  });
}

async function served(
  handler: RequestHandler,
  act: (port: number) => Promise<void>,
  holder: KeyHolder = SERVER,
): Promise<void> {
  const { privateKey, certificatePem } = holder;
  const listener = await listenTls({
    binds: ["127.0.0.1"],
    port: 0,
    privateKey,
    certificatePem,
    handler,
  });
  try {
    await act(listener.port);
  } finally {
    await listener.close({ graceMs: 0 });
  }
}

/** A server of the right key that answers every connection with bytes of our choice. */
async function servedRaw(answer: string, act: (port: number) => Promise<void>): Promise<void> {
  const key = SERVER.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    key,
    cert: SERVER.certificatePem,
  });
  const serving = (async () => {
    for await (const conn of listener) {
      await conn.read(new Uint8Array(10_000)).catch(() => null);
      await conn.write(Uint8Array.from(answer, (c) => c.charCodeAt(0))).catch(() => 0);
      conn.close();
    }
  })();
  try {
    await act(listener.addr.port);
  } finally {
    listener.close();
    await serving;
  }
}

async function assertCode(act: () => Promise<unknown>, code: ErrorCode): Promise<CodememError> {
  const error = await assertRejects(act, CodememError);
  assertEquals(error.code, code);
  return error;
}

Deno.test("requests share one connection and keep their targets as they are", async () => {
  const urls: string[] = [];
  let connections = 0;
  const known = new Set<AbortSignal>();
  const handler: RequestHandler = async (request, { signal }) => {
    if (!known.has(signal)) connections++;
    known.add(signal);
    urls.push(request.url.replace("https://localhost", ""));
    return new Response(await request.text(), { status: 202, headers: { "x-a": "b" } });
  };
  await served(handler, async (port) => {
    const connection = await dial(port);
    const body = new TextEncoder().encode("hello");
    const posted = await connection.request({ ...GET, method: "POST", target: "/a?b=%2F", body });
    assertEquals([posted.status, text(posted.body), posted.headers.get("x-a")], [
      202,
      "hello",
      "b",
    ]);
    const both = await Promise.all([
      connection.request({ ...GET, target: "/1" }),
      connection.request({ ...GET, target: "/2?" }),
    ]);
    assertEquals(both.map(({ body }) => text(body)), ["", ""]);
    assertEquals(urls, ["/a?b=%2F", "/1", "/2?"]);
    assertEquals(connections, 1);
    connection.close();
  });
});

Deno.test("a listener that was restarted is connected to again, without sending anything twice", async () => {
  let requests = 0;
  const handler: RequestHandler = () => new Response(String(++requests));
  const options = {
    binds: ["127.0.0.1"],
    privateKey: SERVER.privateKey,
    certificatePem: SERVER.certificatePem,
    handler,
  };
  const first = await listenTls({ ...options, port: freePort() });
  const connection = await dial(first.port);
  assertEquals(text((await connection.request(GET)).body), "1");
  await first.close();
  const second = await onFreedPort(() => listenTls({ ...options, port: first.port }));
  // Its hang-up has arrived when what came later has been answered.
  const later = await dial(second.port);
  assertEquals(text((await later.request(GET)).body), "2");
  later.close();
  assertEquals(text((await connection.request(GET)).body), "3");
  assertEquals(requests, 3);
  connection.close();
  await second.close();
});

Deno.test("another key is not trusted, whatever name its certificate carries", async () => {
  const sameName = await newKeyHolder("server");
  const otherName = await newKeyHolder("other");
  for (const holder of [sameName, otherName]) {
    await served(() => new Response("forged"), async (port) => {
      await assertCode(() => dial(port), "untrusted_certificate");
    }, holder);
  }
});

Deno.test("the right key under another device's name is not trusted", async () => {
  await served(() => new Response("forged"), async (port) => {
    const certificateName = "other.codemem.internal";
    await assertCode(() => dial(port, { certificateName }), "untrusted_certificate");
  });
});

Deno.test("an address where nothing answers is unreachable", async () => {
  await assertCode(() => dial(freePort()), "unreachable");
  await assertCode(() => dial(1, { address: { host: "no.invalid", port: 1 } }), "unreachable");
});

Deno.test("a name is dialled where it leads to a device, and only there", async () => {
  let requests = 0;
  const handler: RequestHandler = () => new Response(String(++requests));
  await served(handler, async (port) => {
    const ask = async (host: string, ...found: string[]) => {
      const connection = await dial(port, {
        address: { host, port },
        resolve: () => Promise.resolve(found),
      });
      const { body } = await connection.request(GET);
      connection.close();
      return text(body);
    };
    assertEquals(await ask("device.example", "127.0.0.1"), "1");
    // Nobody listens at the second one.
    assertEquals(await ask("device.example", "169.254.0.1", "127.0.0.2", "127.0.0.1"), "2");
    // The system would take this one to the listener.
    await assertCode(() => ask("device.example", "0.0.0.0"), "unreachable");
    await assertCode(() => ask("0.0.0.0"), "unreachable");
    await assertCode(() => ask("device.example"), "unreachable");
    assertEquals(requests, 2);
  });
});

Deno.test("an address that stays silent times out, and can be given up earlier", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const accepted: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const conn of listener) accepted.push(conn);
  })();
  await assertCode(() => dial(port, { connectTimeoutMs: 100 }), "timed_out");
  await assertCode(() => dial(port, { signal: AbortSignal.timeout(100) }), "interrupted");
  await assertCode(() => dial(port, { signal: AbortSignal.abort() }), "interrupted");
  listener.close();
  await accepting;
  for (const conn of accepted) conn.close();
});

Deno.test("something else behind the port is not trusted", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(),
  );
  await assertCode(() => dial(server.addr.port), "untrusted_certificate");
  await server.shutdown();
});

Deno.test("a request that takes too long, is given up or closed ends so, and the next one works", async () => {
  const handler: RequestHandler = ({ url }, { signal }) =>
    url.endsWith("/slow")
      ? new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())))
      : new Response("quick");
  await served(handler, async (port) => {
    const connection = await dial(port);
    const slow = { ...GET, target: "/slow" };
    await assertCode(() => connection.request({ ...slow, timeoutMs: 100 }), "timed_out");
    const signal = AbortSignal.timeout(100);
    await assertCode(() => connection.request({ ...slow, signal }), "interrupted");
    assertEquals(text((await connection.request(GET)).body), "quick");
    const closed = assertCode(() => connection.request(slow), "interrupted");
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.close();
    await closed;
    await assertCode(() => connection.request(GET), "interrupted");
  });
});

Deno.test("a connection lost in the middle of a request is unreachable, and is not sent again", async () => {
  await servedRaw("", async (port) => {
    const connection = await dial(port);
    await assertCode(() => connection.request(GET), "unreachable");
    connection.close();
  });
});

Deno.test("an answer that is not plain HTTP/1.1 is an invalid response", async () => {
  const answers = [
    "hello\r\n\r\n",
    "HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\na",
    "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\na",
    `HTTP/1.1 200 OK\r\na: ${"x".repeat(40_000)}\r\n\r\n`,
  ];
  for (const answer of answers) {
    await servedRaw(answer, async (port) => {
      const connection = await dial(port);
      await assertCode(() => connection.request(GET), "invalid_response");
      connection.close();
    });
  }
});

Deno.test("an answer that ends early is lost, never taken for a shorter one", async () => {
  await servedRaw("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort", async (port) => {
    const connection = await dial(port);
    await assertCode(() => connection.request(GET), "unreachable");
    connection.close();
  });
});

Deno.test("a redirect is an answer, not an order", async () => {
  const handler: RequestHandler = () =>
    new Response(null, { status: 307, headers: { location: "https://127.0.0.1/" } });
  await served(handler, async (port) => {
    const connection = await dial(port);
    assertEquals((await connection.request(GET)).status, 307);
    connection.close();
  });
});

Deno.test("gzip answers are inflated, up to the limit", async () => {
  const handler: RequestHandler = ({ url, headers }) => {
    assertEquals(headers.get("accept-encoding"), "gzip");
    const size = url.endsWith("/bomb") ? 50_000_000 : 1_000;
    return new Response(new Uint8Array(gzipSync(new Uint8Array(size).fill(65))), {
      headers: { "content-encoding": "gzip" },
    });
  };
  await served(handler, async (port) => {
    const connection = await dial(port);
    assertEquals(text((await connection.request(GET)).body), "A".repeat(1_000));
    const bomb = { ...GET, target: "/bomb", maxResponseBytes: 1_000_000 };
    await assertCode(() => connection.request(bomb), "too_large");
    await assertCode(() => connection.request({ ...GET, maxResponseBytes: 20 }), "too_large");
    connection.close();
  });
});

Deno.test("bytes that nobody asked for are not taken for the next answer", async () => {
  const forged = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
  await servedRaw(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue${forged}`, async (port) => {
    const connection = await dial(port);
    assertEquals(text((await connection.request(GET)).body), "true");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(text((await connection.request(GET)).body), "true");
    connection.close();
  });
});
