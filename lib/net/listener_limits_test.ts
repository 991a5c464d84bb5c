import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  connect,
  get,
  IS_CURRENT_RUNTIME,
  listening,
  openSocket,
  SERVER,
} from "../../tests/support/listening.ts";
import { openRawTls, sendRaw } from "../../tests/support/attackers/raw_tls.ts";
import { VirtualClock } from "../../tests/support/devices/stores.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { CodememError } from "../errors.ts";
import { pause } from "../time/pause.ts";
import { type RequestHandler } from "./serve_connection.ts";
import type { ListenTlsOptions } from "./tls_listener.ts";

/** More bytes than come in the time that a test grants. */
const MANY = 200;

Deno.test("an endless header never fills the memory", async () => {
  await listening({}, async ({ port }) => {
    const { text, ended } = await sendRaw(port, SERVER, "x".repeat(4 * 1024 * 1024));
    assertStringIncludes(text, "431");
    assert(ended);
  });
});

Deno.test("who stalls is cut off, and holds up nobody meanwhile", async () => {
  await limited({ limits: { headersTimeoutMs: 400 } }, async (port, clock) => {
    const idle = await Deno.connect({ hostname: "127.0.0.1", port });
    const [slow, quiet] = [await openRawTls(port, SERVER), await openRawTls(port, SERVER)];
    await send(slow, "GET / HTTP/1.1\r\nhos");
    assertStringIncludes(await get(port), "GET");
    const cut = Promise.all([slow, quiet].map(readToEnd));
    assertEquals(await clock.passUntil(cut), ["", ""]);
    idle.close();
  });
});

Deno.test("a header that trickles in has a deadline all the same", async () => {
  await limited({ limits: { headersTimeoutMs: 400 } }, async (port, clock) => {
    const conn = await openRawTls(port, SERVER);
    assert(await trickle(conn, clock) < MANY);
    assertEquals(await readToEnd(conn), "");
  });
});

Deno.test("the body of a stranger has the time of a head, that of a known caller its own", async () => {
  const arrived = Promise.withResolvers<void>();
  const handler: RequestHandler = async (request, { grantTime }) => {
    if (request.url.endsWith("/known")) {
      grantTime();
      arrived.resolve();
    }
    return new Response(await request.text());
  };
  const limits = { headersTimeoutMs: 300, requestTimeoutMs: 60_000 };
  await limited({ limits, handler }, async (port, clock) => {
    const post = (target: string, length: number) =>
      `POST ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${length}\r\n\r\n`;
    const [stranger, known] = [await openRawTls(port, SERVER), await openRawTls(port, SERVER)];
    await send(known, post("/known", 1));
    await arrived.promise;
    await send(stranger, post("/stranger", MANY));
    assert(await trickle(stranger, clock) < MANY);
    assertEquals(await readToEnd(stranger), "");
    await send(known, "x");
    assert((await readToEnd(known)).endsWith("x"));
  });
});

Deno.test("an idle connection is ended after its time, a busy one is not", async () => {
  const [arrived, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handler: RequestHandler = async ({ url }, { grantTime }) => {
    if (url.endsWith("/slow")) {
      grantTime();
      arrived.resolve();
      await released.promise;
    }
    return new Response("late");
  };
  const limits = { headersTimeoutMs: 200, idleTimeoutMs: 200 };
  await limited({ limits, handler }, async (port, clock) => {
    const [idle, busy] = [await openRawTls(port, SERVER), await openRawTls(port, SERVER)];
    assertStringIncludes(await exchange(idle, "/"), "late");
    await send(busy, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived.promise;
    clock.advance(200);
    assertEquals(await readToEnd(idle), "");
    released.resolve();
    assertStringIncludes(await clock.passUntil(readToEnd(busy)), "late");
  });
});

Deno.test("one address, and all together, get so many connections and no more", async () => {
  for (const limits of [{ maxConnectionsPerAddress: 2 }, { maxConnections: 2 }]) {
    await listening({ limits }, async ({ port }) => {
      const held = [await connect(port), await connect(port)];
      const error = await assertRejects(() => get(port), CodememError);
      assertEquals(error.code, "unreachable");
      held[0]!.close();
      await eventually(
        "room for another",
        async () => (await get(port).catch(() => "")).includes("GET"),
      );
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

/** Runs `act` with a listener under limits, and a clock for them that stands still. */
async function limited(
  options: Partial<ListenTlsOptions>,
  act: (port: number, clock: VirtualClock) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  const monotonicMs = () => clock.nowMs;
  await listening({ ...options, monotonicMs }, ({ port }) => act(port, clock));
}

async function send(conn: Deno.Conn, text: string): Promise<void> {
  await conn.write(new TextEncoder().encode(text));
}

/** Sends a byte at a time while time passes; resolves to how many were taken, up to {@link MANY}. */
async function trickle(conn: Deno.Conn, clock: VirtualClock): Promise<number> {
  for (let taken = 0; taken < MANY; taken++) {
    try {
      await send(conn, "x");
    } catch (error) {
      // The other side has ended the connection.
      if (error instanceof Error) return taken;
      throw error;
    }
    clock.advance(50);
    await pause(10);
  }
  return MANY;
}

/** What comes until the other side ends the connection. */
async function readToEnd(conn: Deno.Conn): Promise<string> {
  let text = "";
  try {
    for await (const part of conn.readable.pipeThrough(new TextDecoderStream())) text += part;
  } catch (error) {
    // A reset, or an end without a word of TLS.
    if (!(error instanceof Error)) throw error;
  }
  return text;
}

/** One request on an open connection, and what came back of its answer at first. */
async function exchange(conn: Deno.TlsConn, target: string): Promise<string> {
  await conn.write(new TextEncoder().encode(`GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`));
  const buffer = new Uint8Array(65_536);
  return new TextDecoder().decode(buffer.subarray(0, await conn.read(buffer) ?? 0));
}
