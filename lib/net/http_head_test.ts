import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isNormalTarget, readHead } from "./http_head.ts";

const head = (...lines: string[]) => readHead(lines.join("\r\n"));

Deno.test("a plain request head is read", () => {
  assertEquals(head("POST /v1/ops?a=1 HTTP/1.1", "Host: x", "Content-Length: 12", "A:  b c \t"), {
    head: {
      method: "POST",
      target: "/v1/ops?a=1",
      fields: [["host", "x"], ["content-length", "12"], ["a", "b c"]],
      framing: { kind: "length", bytes: 12 },
      keepAlive: true,
    },
  });
  const last = head("GET / HTTP/1.1", "host: x", "connection: Close");
  assert("head" in last && !last.head.keepAlive && last.head.framing.kind === "none");
  const chunked = head("PUT / HTTP/1.1", "host: x", "transfer-encoding: Chunked");
  assert("head" in chunked && chunked.head.framing.kind === "chunked");
});

Deno.test("whatever could be read in two ways is refused", () => {
  const get = "GET / HTTP/1.1";
  const cases: [number, string[]][] = [
    [400, [""]],
    [400, ["GET /"]],
    [400, ["get / HTTP/1.1", "host: x"]],
    [400, ["GET  / HTTP/1.1", "host: x"]],
    [400, ["GET x HTTP/1.1", "host: x"]],
    [400, ["GET https://x/ HTTP/1.1", "host: x"]],
    [400, ["GET /\u00e9 HTTP/1.1", "host: x"]],
    [400, ["GET /a/../b HTTP/1.1", "host: x"]],
    [400, ["GET /a#b HTTP/1.1", "host: x"]],
    [400, ["GET /a\\b HTTP/1.1", "host: x"]],
    [505, ["GET / HTTP/1.0", "host: x"]],
    [505, ["GET / HTTP/2.0", "host: x"]],
    [400, [get]],
    [400, [get, "host: x", "host: x"]],
    [400, [get, "host: x", " folded"]],
    [400, [get, "host: x", "name : value"]],
    [400, [get, "host: x", "name"]],
    [400, [get, "host: x", "a: b\nc: d"]],
    [400, [get, "host: x", "a: b\rc: d"]],
    [400, [get, "host: x", "a: \u0000"]],
    [400, [get, "host: x", "content-length: 1", "content-length: 1"]],
    [400, [get, "host: x", "content-length: 1, 1"]],
    [400, [get, "host: x", "content-length: +1"]],
    [400, [get, "host: x", "content-length: 0x1"]],
    [400, [get, "host: x", "content-length: 1", "transfer-encoding: chunked"]],
    [501, [get, "host: x", "transfer-encoding: gzip, chunked"]],
    [501, [get, "host: x", "transfer-encoding: chunked", "transfer-encoding: chunked"]],
    [400, [get, "host: x", "upgrade: h2c"]],
    [417, [get, "host: x", "expect: 100-continue"]],
    [431, [get, "host: x", ...Array.from({ length: 64 }, (_, at) => `a${at}: b`)]],
  ];
  for (const [status, lines] of cases) {
    const reading = head(...lines);
    assert("problem" in reading, lines.join("|"));
    assertEquals(reading.status, status, lines.join("|"));
  }
});

Deno.test("a target is normal exactly where a URL keeps it as it is", () => {
  const part = fc.string({
    unit: fc.constantFrom(..."ab/.%2eE?&=#\\ +~!'\"<>[]{}|^`:@;,$*()é"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(part, (text) => {
      const target = `/${text}`;
      const url = URL.parse(`https://localhost${target}`);
      const kept = url !== null && url.pathname + url.search === target;
      // A lone "?" is kept by the URL's text, though not by its parts.
      if (target.endsWith("?") && !target.slice(0, -1).includes("?")) return;
      assertEquals(isNormalTarget(target), kept, target);
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("hostile bytes give a verdict", () => {
  const latin1 = fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes));
  fc.assert(fc.property(latin1, (text) => {
    readHead(text);
    readHead(`GET / HTTP/1.1\r\nhost: x\r\n${text}`);
  }));
});
