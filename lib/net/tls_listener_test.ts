import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { GET, get, IS_CURRENT_RUNTIME, listening, SERVER } from "../../tests/support/listening.ts";
import { openRawTls, sendRaw } from "../../tests/support/attackers/raw_tls.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { CodememError } from "../errors.ts";
import { type RequestHandler } from "./serve_connection.ts";

Deno.test("requests follow each other on one connection, bodies of both kinds among them", async () => {
  await listening({}, async ({ port }) => {
    const { text, ended } = await sendRaw(
      port,
      SERVER,
      "POST /a?x=%2F HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc" +
        "POST /b HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n" +
        `${GET}connection: close\r\n\r\n`,
    );
    assert(ended);
    const bodies = text.split("\r\n").filter((line) => line.startsWith("{"));
    const expect = (method: string, target: string, body: string) =>
      `{"method":"${method}","url":"https://localhost${target}","remoteAddress":"127.0.0.1","body":"${body}"}`;
    const answers = bodies.map((line) => line.replace(/HTTP.*$/, ""));
    assertEquals(answers, [
      expect("POST", "/a?x=%2F", "abc"),
      expect("POST", "/b", "def"),
      expect("GET", "/", ""),
    ]);
  });
});

Deno.test("a head that is not plain HTTP/1.1 is refused and the connection ended", async () => {
  await listening({}, async ({ port }) => {
    const cases: [string, string][] = [
      ["GET /a/../b HTTP/1.1\r\nhost: x\r\n\r\n", "400"],
      ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"],
      ["BREW / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "501"],
      [`${GET}connection: close\r\ncontent-length: 1\r\n\r\na`, "400"],
      [`${GET}a: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
      [`${GET}${"a: b\r\n".repeat(100)}\r\n`, "431"],
      ["POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9999999999\r\n\r\n", "413"],
      ["POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nfffffff\r\n", "413"],
      ["POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "400"],
    ];
    for (const [request, status] of cases) {
      const { text, ended } = await sendRaw(port, SERVER, request);
      assertStringIncludes(text, `HTTP/1.1 ${status} `);
      assert(ended, request.slice(0, 60));
    }
    assertStringIncludes(await get(port), "GET");
  });
});

Deno.test("a handler that throws is answered for, and told of", async () => {
  const thrown: unknown[] = [];
  const handler: RequestHandler = ({ url }) => {
    if (url.endsWith("/known")) {
      throw new CodememError("unknown_peer", "Cannot accept it", { hint: "Pair" });
    }
    throw new Error("secret detail");
  };
  const onError = (error: unknown) => void thrown.push(error);
  await listening({ handler, onError }, async ({ port }) => {
    assertEquals(JSON.parse(await get(port, "/known")).error, "unknown_peer");
    const text = await get(port, "/other");
    assertEquals(JSON.parse(text).error, "internal");
    assert(!text.includes("secret detail"));
    assertEquals(thrown.length, 1);
  });
});

Deno.test("a caller that hangs up aborts the handler's signal", async () => {
  const [asked, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handler: RequestHandler = (_, { signal }) => {
    signal.addEventListener("abort", () => aborted.resolve());
    asked.resolve();
    return new Promise<Response>((resolve) => aborted.promise.then(() => resolve(new Response())));
  };
  await listening({ handler }, async ({ port }) => {
    const caller = await openRawTls(port, SERVER);
    await caller.write(new TextEncoder().encode(`${GET}\r\n`));
    await asked.promise;
    caller.close();
    await aborted.promise;
  });
});

Deno.test("closing lets a running request end, and cuts one that does not", async () => {
  for (const target of ["/soon", "/never"]) {
    const started = Promise.withResolvers<void>();
    const handler: RequestHandler = async ({ url }, { signal }) => {
      started.resolve();
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve());
        if (url.endsWith("/soon")) setTimeout(resolve, 200);
      });
      return new Response("done");
    };
    await listening({ handler }, async (listener) => {
      const running = get(listener.port, target).catch((error) => error.code);
      await started.promise;
      await listener.close({ graceMs: target === "/soon" ? 10_000 : 100 });
      assertEquals(await running, target === "/soon" ? "done" : "unreachable");
      await assertRejects(() => get(listener.port), CodememError);
    });
  }
});

Deno.test("a port in use is said to be so, with what to do", async () => {
  await listening({}, async ({ port }) => {
    const error = await assertRejects(() => listening({ port }, async () => {}), CodememError);
    assertEquals(error.code, "port_in_use");
    assertStringIncludes(error.hint ?? "", "sync_port");
  });
});

Deno.test("an address of another machine is a fact, not a failure, beside one that works", async () => {
  await listening({ binds: ["192.0.2.1", "127.0.0.1"] }, async ({ facts, port }) => {
    assertEquals(facts.map(({ address, listening }) => [address, listening]), [
      ["192.0.2.1", false],
      ["127.0.0.1", true],
    ]);
    assert(facts[0]!.error !== null);
    assertStringIncludes(await get(port), "GET");
  });
  const alone = () => listening({ binds: ["192.0.2.1"] }, async () => {});
  assertEquals((await assertRejects(alone, CodememError)).code, "address_unavailable");
});

Deno.test("both families are served by one port, IPv4 callers shown as IPv4", async () => {
  await listening({ binds: ["0.0.0.0", "::"] }, async ({ facts, port }) => {
    assertEquals(facts.every(({ listening }) => listening), true);
    assertEquals(new Set(facts.map((fact) => fact.port)), new Set([port]));
    assertEquals(JSON.parse(await get(port)).remoteAddress, "127.0.0.1");
  });
});

Deno.test(
  skipUnless(IS_CURRENT_RUNTIME, "needs Deno 2.8", "a client of TLS 1.2 is turned away"),
  async () => {
    await listening({}, async ({ port }) => {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(clientHello12());
      const answer = new Uint8Array(100);
      const length = await conn.read(answer);
      conn.close();
      // One alert: fatal, protocol_version (RFC 8446 §6.2).
      assertEquals([...answer.subarray(0, length ?? 0)], [21, 3, 3, 0, 2, 2, 70]);
    });
  },
);

/** The first message of a client that knows TLS 1.2 and nothing newer (RFC 5246 §7.4.1.2). */
function clientHello12(): Uint8Array<ArrayBuffer> {
  const extensions = [
    [0, 10, 0, 4, 0, 2, 0, 29],
    [0, 11, 0, 2, 1, 0],
    [0, 13, 0, 6, 0, 4, 8, 7, 4, 3],
    [0, 23, 0, 0],
  ].flat();
  const suites = [0xc0, 0x2b, 0xc0, 0x2c, 0xcc, 0xa9];
  const random = Array.from({ length: 32 }, (_, at) => at);
  const body = [3, 3, ...random, 0, 0, suites.length, ...suites, 1, 0, 0, extensions.length];
  const message = [1, 0, 0, body.length + extensions.length, ...body, ...extensions];
  return Uint8Array.from([22, 3, 1, 0, message.length, ...message]);
}
