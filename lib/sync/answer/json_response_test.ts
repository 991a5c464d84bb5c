import { assertEquals } from "@std/assert";
import { longJsonResponse } from "./json_response.ts";

const LONG = JSON.stringify({ text: "a word and another one ".repeat(500) });

Deno.test("a long answer is compressed for a caller that takes gzip", async () => {
  const response = await longJsonResponse(LONG, "gzip");
  assertEquals(response.headers.get("content-encoding"), "gzip");
  const inflated = response.body!.pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(inflated).text(), LONG);
});

for (const acceptEncoding of [null, "", "br", "gzip;q=0", "br, gzip; q=0.0"]) {
  Deno.test(`a long answer stays as it is for Accept-Encoding ${acceptEncoding}`, async () => {
    const response = await longJsonResponse(LONG, acceptEncoding);
    assertEquals(response.headers.get("content-encoding"), null);
    assertEquals(await response.text(), LONG);
  });
}

Deno.test("a short answer is not worth compressing", async () => {
  const response = await longJsonResponse("{}", "gzip, deflate");
  assertEquals(response.headers.get("content-encoding"), null);
});
