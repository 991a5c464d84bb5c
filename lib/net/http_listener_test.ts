import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { listenHttp } from "./http_listener.ts";

Deno.test("the local listener answers on the port it names, until it is closed", async () => {
  const listener = listenHttp({
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
  const begun = Promise.withResolvers<void>();
  const listener = listenHttp({
    host: "127.0.0.1",
    port: 0,
    async handler() {
      begun.resolve();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return new Response("to the end");
    },
  });
  const asking = fetch(`http://127.0.0.1:${listener.port}/`).then((response) => response.text());
  await begun.promise;
  await listener.close();
  assertEquals(await asking, "to the end");
});

Deno.test("a request that never ends, and an answer that never comes, hold up no close", async () => {
  const begun = Promise.withResolvers<void>();
  const listener = listenHttp({
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

Deno.test("the environment cannot make it listen elsewhere", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  for (const address of [`tcp:127.0.0.1:${port}`, `duplicate,tcp:127.0.0.1:${port}`]) {
    const listener = import.meta.resolve("./http_listener.ts");
    const script = `
      import { listenHttp } from "${listener}";
      const handler = () => new Response();
      const { port } = listenHttp({ host: "127.0.0.1", port: 0, handler });
      const isOpen = (port) => fetch("http://127.0.0.1:" + port).then(() => true, () => false);
      console.log(JSON.stringify([await isOpen(port), await isOpen(${port})]));
      Deno.exit();`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `data:text/typescript,${encodeURIComponent(script)}`],
      env: { DENO_SERVE_ADDRESS: address },
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "[true,false]\n", address);
  }
});

Deno.test("a port in use and a foreign address are refused with what to do", async () => {
  const handler = () => new Response();
  const listener = listenHttp({ host: "127.0.0.1", port: 0, handler });
  const { port } = listener;
  const inUse = assertThrows(() => listenHttp({ host: "127.0.0.1", port, handler }), CodememError);
  assertEquals(inUse.code, "port_in_use");
  assertStringIncludes(inUse.hint ?? "", "viewer_port");
  const foreign = assertThrows(
    () => listenHttp({ host: "192.0.2.1", port: 0, handler }),
    CodememError,
  );
  assertEquals(foreign.code, "io_failed");
  await listener.close();
});
