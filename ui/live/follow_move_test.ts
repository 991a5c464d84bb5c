import { assertEquals } from "@std/assert";
import { pageAt } from "./follow_move.ts";

Deno.test("a page keeps all but the address when the viewer moves", () => {
  const href = "http://localhost:38888/memories/a?q=b%20c#d";
  const v4 = pageAt(href, { host: "127.0.0.1", port: 40_000 });
  assertEquals(v4, "http://127.0.0.1:40000/memories/a?q=b%20c#d");
  assertEquals(pageAt(v4, { host: "::1", port: 1 }), "http://[::1]:1/memories/a?q=b%20c#d");
});
