import { assertNotEquals } from "@std/assert";
import { freePort } from "./free_port.ts";

Deno.test("a port is given to one test alone, though nobody listens on it yet", () => {
  const first = freePort();
  const draws = [(first - 15_000 + 0.5) / 17_000];
  assertNotEquals(freePort(() => draws.shift() ?? Math.random()), first);
});
