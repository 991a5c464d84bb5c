import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { VirtualClock } from "../../tests/support/devices/stores.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { CodememError } from "../errors.ts";
import { listenHttp } from "./http_listener.ts";

Deno.test("the local listener answers on the port it names, until it is closed", async () => {
  const listener = await listenHttp({
    host: "127.0.0.1",
    port: 0,
    handler: ({ url }) => new Response(new URL(url).pathname),
  });
  const response = await fetch(`http://127.0.0.1:${listener.port}/a`);
  assertEquals(await response.text(), "/a");
  await listener.close();
  assertEquals(await fetch(`http://127.0.0.1:${listener.port}/`).catch(() => "closed"), "closed");
});

Deno.test("answers that are running come to their end before the listener does", async () => {
  const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const listener = await listenHttp({
    host: "127.0.0.1",
    port: 0,
    async handler() {
      begun.resolve();
      await released.promise;
      return new Response("to the end");
    },
  });
  const asking = fetch(`http://127.0.0.1:${listener.port}/`).then((response) => response.text());
  await begun.promise;
  const closing = listener.close({ graceMs: 60_000 });
  released.resolve();
  await closing;
  assertEquals(await asking, "to the end");
});

Deno.test("a request that never ends, and an answer that never comes, hold up no close", async () => {
  const begun = Promise.withResolvers<void>();
  const listener = await listenHttp({
    host: "127.0.0.1",
    port: 0,
    handler() {
      begun.resolve();
      return new Promise(() => {});
    },
  });
  using half = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  await half.write(new TextEncoder().encode("GET / HT"));
  const asked = new AbortController();
  const asking = fetch(`http://127.0.0.1:${listener.port}/`, { signal: asked.signal })
    .catch(() => "unanswered");
  await begun.promise;
  await listener.close({ graceMs: 50 });
  asked.abort();
  assertEquals(await asking, "unanswered");
});

Deno.test("who does not finish a request is cut, and so is who is answered but sends on", async () => {
  const clock = new VirtualClock();
  const listener = await listenHttp({
    host: "127.0.0.1",
    port: 0,
    limits: { headersTimeoutMs: 100, requestTimeoutMs: 100 },
    monotonicMs: () => clock.nowMs,
    handler: async (request) => {
      if (new URL(request.url).pathname === "/refused") return new Response("no", { status: 403 });
      return new Response(await request.text());
    },
  });
  const { port } = listener;
  const post = (target: string) =>
    `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n{`;
  const refused = await open(port, post("/refused"));
  await eventually("the refusal", () => refused.heard.endsWith("no"));
  assertMatch(refused.heard, /^HTTP\/1\.1 403 .*connection: close.*no$/s);
  const unfinished = [await open(port, "GET / HTTP/1.1\r\nHo"), await open(port, post("/"))];
  await eventually("the cut", () => {
    clock.advance(100);
    return [refused, ...unfinished].every(({ isOver }) => isOver);
  });
  assertEquals(unfinished.map(({ heard }) => heard), ["", ""]);
  await listener.close();
});

Deno.test("events are told as they happen, and end when whoever follows them has gone", async () => {
  const clock = new VirtualClock();
  const gone = Promise.withResolvers<void>();
  let told!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const listener = await listenHttp({
    host: "127.0.0.1",
    port: 0,
    limits: { headersTimeoutMs: 100, idleTimeoutMs: 100 },
    monotonicMs: () => clock.nowMs,
    handler() {
      const start = (controller: typeof told) => void (told = controller);
      const body = new ReadableStream({ start, cancel: () => gone.resolve() });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    },
  });
  const following = await fetch(`http://127.0.0.1:${listener.port}/`);
  const reader = following.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (const text of ["data: 1\n\n", "data: 2\n\n"]) {
    told.enqueue(new TextEncoder().encode(text));
    assertEquals((await reader.read()).value, text);
    // Longer than a request may take to come, and whoever takes longer is cut.
    const late = await open(listener.port, "GET / HT");
    await eventually("the cut", () => {
      clock.advance(10);
      return late.isOver;
    });
  }
  await reader.cancel();
  await gone.promise;
  await listener.close();
});

Deno.test("a port in use and a foreign address are refused with what to do", async () => {
  const handler = () => new Response();
  const listener = await listenHttp({ host: "127.0.0.1", port: 0, handler });
  const { port } = listener;
  const inUse = await assertRejects(
    () => listenHttp({ host: "127.0.0.1", port, handler }),
    CodememError,
  );
  assertEquals(inUse.code, "port_in_use");
  assertStringIncludes(inUse.hint ?? "", "viewer_port");
  const foreign = await assertRejects(
    () => listenHttp({ host: "192.0.2.1", port: 0, handler }),
    CodememError,
  );
  assertEquals(foreign.code, "address_unavailable");
  await listener.close();
});

/** A connection, what has come back on it so far, and whether the other side has hung up. */
interface Opened {
  heard: string;
  isOver: boolean;
}

/** Connects and sends `text`. */
async function open(port: number, text: string): Promise<Opened> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  const opened: Opened = { heard: "", isOver: false };
  void (async () => {
    try {
      for await (const part of connection.readable.pipeThrough(new TextDecoderStream())) {
        opened.heard += part;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    } finally {
      opened.isOver = true;
    }
  })();
  return opened;
}
