import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  GET,
  get,
  IS_CURRENT_RUNTIME,
  listening,
  openSocket,
  SERVER,
} from "../../tests/support/listening.ts";
import { openRawTls, sendRaw } from "../../tests/support/attackers/raw_tls.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { CodememError } from "../errors.ts";
import { type RequestHandler } from "./serve_connection.ts";

Deno.test("an endless header never fills the memory", async () => {
  await listening({}, async ({ port }) => {
    const { text, ended } = await sendRaw(port, SERVER, "x".repeat(4 * 1024 * 1024));
    assertStringIncludes(text, "431");
    assert(ended);
  });
});

Deno.test("who stalls is cut off, and holds up nobody meanwhile", async () => {
  await listening({ limits: { headersTimeoutMs: 400 } }, async ({ port }) => {
    const idle = await Deno.connect({ hostname: "127.0.0.1", port });
    const slow = sendRaw(port, SERVER, "GET / HTTP/1.1\r\nhos", 10_000);
    const quiet = sendRaw(port, SERVER, "", 10_000);
    assertStringIncludes(await get(port), "GET");
    for (const stalled of [await slow, await quiet]) {
      assertEquals(stalled, { text: "", ended: true });
    }
    idle.close();
  });
});

Deno.test("a header that trickles in has a deadline all the same", async () => {
  await listening({ limits: { headersTimeoutMs: 400 } }, async ({ port }) => {
    const conn = await openRawTls(port, SERVER);
    let sent = 0;
    const failed = async () => {
      for (; sent < 200; sent++) {
        await conn.write(new TextEncoder().encode("G"));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await assertRejects(failed, Error);
    assert(sent < 200);
    conn.close();
  });
});

Deno.test("the body of a stranger has the time of a head, that of a known caller its own", async () => {
  const handler: RequestHandler = async (request, { grantTime }) => {
    if (request.url.endsWith("/known")) grantTime();
    return new Response(await request.text());
  };
  const limits = { headersTimeoutMs: 300, requestTimeoutMs: 60_000 };
  await listening({ handler, limits }, async ({ port }) => {
    const post = (target: string) =>
      `POST ${target} HTTP/1.1\r\nhost: x\r\ncontent-length: 12\r\n\r\n`;
    assert(await trickle(port, post("/stranger"), 12) < 12);
    assertEquals(await trickle(port, post("/known"), 12), 12);
  });
});

/** Sends a head and then a byte at a time; resolves to how many were taken. */
async function trickle(port: number, head: string, bytes: number): Promise<number> {
  const conn = await openRawTls(port, SERVER);
  const encoder = new TextEncoder();
  let taken = 0;
  try {
    await conn.write(encoder.encode(head));
    const answer = conn.read(new Uint8Array(1)).catch(() => null);
    for (; taken < bytes; taken++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await conn.write(encoder.encode("x"));
    }
    if (await answer === null) taken = 0;
  } catch (error) {
    // The other side has ended the connection.
    if (!(error instanceof Error)) throw error;
  } finally {
    conn.close();
  }
  return taken;
}

Deno.test("an idle connection is ended after its time, a busy one is not", async () => {
  const slow: RequestHandler = async (_, { grantTime }) => {
    grantTime();
    await new Promise((resolve) => setTimeout(resolve, 600));
    return new Response("late");
  };
  const limits = { headersTimeoutMs: 200, idleTimeoutMs: 200 };
  await listening({ handler: slow, limits }, async ({ port }) => {
    const { text, ended } = await sendRaw(port, SERVER, `${GET}\r\n`, 10_000);
    assertStringIncludes(text, "late");
    assert(ended);
  });
});

Deno.test("one address, and all together, get so many connections and no more", async () => {
  for (const limits of [{ maxConnectionsPerAddress: 2 }, { maxConnections: 2 }]) {
    await listening({ limits }, async ({ port }) => {
      const held = [await connect(port), await connect(port)];
      const error = await assertRejects(() => get(port), CodememError);
      assertEquals(error.code, "unreachable");
      held[0]!.close();
      let text = "";
      for (let tries = 0; tries < 100 && text === ""; tries++) {
        text = await get(port).catch(() => "");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assertStringIncludes(text, "GET");
      held[1]!.close();
    });
  }
});

Deno.test(
  skipUnless(
    IS_CURRENT_RUNTIME && Deno.build.os === "linux",
    "needs Deno 2.8 and more loopback addresses than one",
    "one port of a caller towards two addresses is two connections, counted and ended both",
    { os: "linux" },
  ),
  async () => {
    const limits = { maxConnectionsPerAddress: 3, headersTimeoutMs: 60_000 };
    await listening({ binds: ["0.0.0.0"], limits }, async (listener) => {
      const first = await openSocket(listener.port, "127.0.0.2");
      const second = await openSocket(listener.port, "127.0.0.3", first.localPort);
      const ended = Promise.withResolvers<void>();
      first.once("close", () => ended.resolve());
      const third = await connect(listener.port);
      // The fourth is one too many.
      await assertRejects(() => get(listener.port), CodememError);
      second.destroy();
      third.close();
      await listener.close({ graceMs: 100 });
      await ended.promise;
    });
  },
);

Deno.test("the connections of an owner end at once, or with the answer under way; others go on", async () => {
  const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handler: RequestHandler = async (request, { ownedBy }) => {
    const [, owner, isHeld] = new URL(request.url).pathname.split("/");
    ownedBy(owner!);
    if (isHeld === "held") {
      arrived.resolve();
      await released.promise;
    }
    return new Response(owner);
  };
  await listening({ handler }, async (listener) => {
    const idle = await openRawTls(listener.port, SERVER);
    const other = await openRawTls(listener.port, SERVER);
    for (const [conn, owner] of [[idle, "bob"], [other, "carol"]] as const) {
      assertStringIncludes(await exchange(conn, `/${owner}`), owner);
    }
    const held = sendRaw(
      listener.port,
      SERVER,
      `GET /bob/held HTTP/1.1\r\nhost: x\r\n\r\n`,
      10_000,
    );
    await arrived.promise;
    listener.endOwned((owner) => owner === "bob");
    assertEquals(await idle.read(new Uint8Array(1)).catch(() => null), null);
    released.resolve();
    const { text, ended } = await held;
    assertStringIncludes(text, "connection: close");
    assertEquals([text.endsWith("bob"), ended], [true, true]);
    assertStringIncludes(await exchange(other, "/carol"), "carol");
    for (const conn of [idle, other]) conn.close();
  });
});

/** One request on an open connection, and what came back of its answer at first. */
async function exchange(conn: Deno.TlsConn, target: string): Promise<string> {
  await conn.write(new TextEncoder().encode(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`));
  const buffer = new Uint8Array(65_536);
  return new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
}
