import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { requireAllowed } from "./guard.ts";

const TOKEN = "0123456789abcdef";
const HOST = "127.0.0.1:38888";
const OWN = `http://${HOST}`;

/** A request; without more it is what a page of the viewer sends. */
interface Given {
  readonly method?: string;
  readonly host?: string | null;
  readonly url?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

Deno.test("the viewer answers under the names of this machine, and no other", () => {
  const own = ["127.0.0.1", HOST, "127.9.9.9:1", "localhost", "LocalHost:38888", "localhost."];
  for (const host of [...own, "[::1]", "[::1]:38888", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"]) {
    assertEquals(judge({ host }), "allowed", host);
  }
  const foreign = [
    ...["evil.example", "evil.example:38888", "EVIL.EXAMPLE", "evil.example.", "localhost.evil"],
    ...[
      "127.0.0.1.evil.example",
      "evil.example.localhost",
      "0.0.0.0",
      "[::]",
      "[::2]",
      "[fe80::1]",
    ],
    ...["192.168.1.5:38888", "169.254.169.254", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"],
    ...["", " ", "localhost:99999", "localhost:0", "localhost:x", "a b", "evil@127.0.0.1"],
    ...[
      "127.0.0.1/evil",
      "http://127.0.0.1",
      "127.0.0.1, evil.example",
      "127.0.0.1#evil",
      "::1:1:",
    ],
  ];
  for (const host of foreign) assertEquals(judge({ host }), "forbidden_host", host);
  assertEquals(judge({ host: null }), "forbidden_host");
});

Deno.test("a target that names another host than the header is refused", () => {
  assertEquals(judge({ url: "http://evil.example/" }), "forbidden_host");
  assertEquals(judge({ url: "http://evil@127.0.0.1:38888/" }), "allowed");
  assertEquals(judge({ url: "http://127.0.0.1/", host: "evil.example" }), "forbidden_host");
  assertEquals(judge({ url: "http://a b/" }), "forbidden_host");
});

Deno.test("a change is made for pages of the viewer alone", () => {
  const cases: readonly [string, Record<string, string>][] = [
    ["allowed", { "sec-fetch-site": "same-origin", origin: OWN }],
    ["allowed", { origin: OWN }],
    ["allowed", {}],
    ["forbidden_origin", { "sec-fetch-site": "cross-site" }],
    ["forbidden_origin", { "sec-fetch-site": "same-site" }],
    ["forbidden_origin", { "sec-fetch-site": "none" }],
    ["forbidden_origin", { "sec-fetch-site": "" }],
    ["forbidden_origin", { "sec-fetch-site": "same-origin", origin: "http://evil.example" }],
    ["forbidden_origin", { "sec-fetch-site": "cross-site", origin: OWN }],
    ...[
      ...[
        "http://localhost.evil",
        "http://localhost.evil:38888",
        "null",
        "",
        "*",
        "127.0.0.1:38888",
      ],
      ...["http://127.0.0.1", "http://127.0.0.1:38889", "https://127.0.0.1:38888", `${OWN}/`],
      ...[
        "http://localhost:38888",
        `${OWN}.evil.example`,
        `${OWN}, http://evil.example`,
        "file://",
      ],
    ].map((origin): [string, Record<string, string>] => ["forbidden_origin", { origin }]),
  ];
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    for (const [expected, headers] of cases) {
      const given = { method, headers: { "x-csrf-token": TOKEN, ...headers } };
      assertEquals(judge(given), expected, `${method} ${JSON.stringify(headers)}`);
    }
  }
});

Deno.test("a change needs the token of this process, in its header", () => {
  const wrong = ["", TOKEN.slice(1), `${TOKEN}0`, TOKEN.toUpperCase(), "0".repeat(16), `${TOKEN},`];
  for (const token of wrong) {
    assertEquals(judge({ method: "POST", headers: { "x-csrf-token": token } }), "invalid_token");
  }
  const elsewhere: Readonly<Record<string, string>>[] = [
    {},
    { cookie: `x-csrf-token=${TOKEN}` },
    { authorization: TOKEN },
    { "x-http-method-override": "GET" },
  ];
  for (const headers of elsewhere) {
    assertEquals(judge({ method: "POST", headers }), "invalid_token");
  }
  assertEquals(judge({ method: "POST", path: `/?x-csrf-token=${TOKEN}` }), "invalid_token");
});

Deno.test("a method that is not known to read needs the token as well", () => {
  for (const method of ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "Head", "GET "]) {
    assertEquals(judge({ method }), "invalid_token", method);
  }
});

Deno.test("a body is JSON, and says so", () => {
  const types: readonly [string, string][] = [
    ["application/json", "allowed"],
    ["application/json; charset=utf-8", "allowed"],
    ["Application/JSON ;charset=utf-8", "allowed"],
    ["text/plain", "forbidden_body"],
    ["text/plain;charset=UTF-8", "forbidden_body"],
    ["application/x-www-form-urlencoded", "forbidden_body"],
    ["multipart/form-data; boundary=application/json", "forbidden_body"],
    ["text/plain; application/json", "forbidden_body"],
    ["application/jsonp", "forbidden_body"],
    ["", "forbidden_body"],
  ];
  const send = (headers: Record<string, string>) =>
    judge({ method: "POST", headers: { "x-csrf-token": TOKEN, ...headers } });
  for (const [type, expected] of types) {
    assertEquals(send({ "content-type": type, "content-length": "2" }), expected, type);
  }
  assertEquals(send({ "content-length": "0" }), "allowed");
  assertEquals(send({ "content-length": "2" }), "forbidden_body");
  assertEquals(send({ "transfer-encoding": "chunked" }), "forbidden_body");
});

Deno.test("a page of another site reads nothing; a person who follows its link sees the page", () => {
  const link = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  for (const site of ["cross-site", "same-site"]) {
    const from = (more: Record<string, string> = {}) => ({ "sec-fetch-site": site, ...more });
    for (const path of ["/", "/sync", "/apiary"]) {
      assertEquals(judge({ path, headers: from(link) }), "allowed");
      const ways: readonly Record<string, string>[] = [
        {},
        { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
        { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
        { ...link, "sec-fetch-dest": "iframe" },
        { ...link, "sec-fetch-dest": "embed" },
        { ...link, "sec-fetch-mode": "no-cors" },
        { ...link, origin: "http://evil.example" },
      ];
      for (const way of ways) {
        assertEquals(judge({ path, headers: from(way) }), "forbidden_origin", JSON.stringify(way));
      }
    }
    for (const path of ["/api", "/api/", "/api/sync/pairing", "/api/events"]) {
      assertEquals(judge({ path, headers: from(link) }), "forbidden_origin", path);
    }
  }
  assertEquals(judge({ headers: { origin: "http://evil.example" } }), "forbidden_origin");
  for (const site of ["none", "same-origin"]) {
    assertEquals(judge({ path: "/api/health", headers: { "sec-fetch-site": site } }), "allowed");
  }
});

Deno.test("every refusal says what to do", () => {
  for (const [given, code] of [[{ host: "evil" }, "forbidden_host"], [{ method: "POST" }, ""]]) {
    const error = assertThrows(() => requireAllowed(...made(given as Given)), CodememError);
    assertEquals([error.status, error.hint !== undefined], [403, true], code as string);
  }
});

function judge(given: Given): string {
  try {
    requireAllowed(...made(given));
    return "allowed";
  } catch (error) {
    return (error as CodememError).code;
  }
}

function made(given: Given): Parameters<typeof requireAllowed> {
  const { method = "GET", host = HOST, path = "/", url = `${OWN}${path}`, headers } = given;
  const all = new Headers(headers);
  if (host !== null) all.set("host", host);
  return [{ method, url, headers: all }, { path, csrfToken: TOKEN, isOtherUser: false }];
}
