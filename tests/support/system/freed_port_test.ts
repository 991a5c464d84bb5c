import { assertEquals, assertRejects } from "@std/assert";
import { onFreedPort } from "./freed_port.ts";

Deno.test("a port that is in use is listened on once it is free, and no other failure is waited out", async () => {
  const held = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = held.addr;
  let tries = 0;
  using listener = await onFreedPort(() => {
    if (++tries === 3) held.close();
    return Deno.listen({ hostname: "127.0.0.1", port });
  });
  assertEquals([listener.addr.port, tries], [port, 3]);
  await assertRejects(
    () => onFreedPort(() => Promise.reject(new TypeError("it broke"))),
    TypeError,
  );
});
