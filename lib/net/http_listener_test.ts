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
