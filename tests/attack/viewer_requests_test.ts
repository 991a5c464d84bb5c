/** Those who should not get in at the viewer: pages of other sites, and programs that know no token. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";
import { openRawTls } from "../support/attackers/raw_tls.ts";
import { certificateName } from "../../lib/model/device.ts";
import { RawViewer, readAnswer, type ViewerAnswer } from "../support/viewer/raw_viewer.ts";

const CHANGES = [
  ["POST", "/api/sync/actions/disable"],
  ["POST", "/api/sync/actions/sync-now"],
  ["POST", "/api/sync/pairing/accept"],
  ["POST", "/api/sync/peers/rename"],
  ["DELETE", "/api/sync/peers/laptop"],
  ["PUT", "/api/sync/config"],
] as const;

Deno.test("a rebound name reads nothing, whatever it asks for", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const { port } = viewer;
  const names = [
    ...["evil.example", `evil.example:${port}`, `EVIL.Example:${port}`, `evil.example.:${port}`],
    ...[`localhost.evil:${port}`, `127.0.0.1.evil.example:${port}`, `x.localhost:${port}`],
    ...[`[::]:${port}`, `[fe80::1]:${port}`, `0.0.0.0:${port}`, `192.168.1.5:${port}`, "a b", ""],
  ];
  for (const host of names) {
    for (
      const target of ["/", "/sync", "/api/sync/status", "/api/sync/pairing", "/assets/app.css"]
    ) {
      assertRefused(await viewer.ask({ host, target }), "forbidden_host", `${host} ${target}`);
    }
  }
  assertEquals((await viewer.ask({ host: null })).status, 400);
  const own = [viewer.host, `localhost:${port}`, `LOCALHOST:${port}`, `localhost.:${port}`];
  for (const host of [...own, `[::1]:${port}`, "127.0.0.1"]) {
    assertEquals((await viewer.ask({ host })).status, 200, host);
  }
});

Deno.test("a target with a host of its own is not read, nor a request without one", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const targets = ["http://evil.example/api/sync/status", `${viewer.origin}/api/sync/status`];
  for (const target of [...targets, "*", "evil.example:80"]) {
    for (const method of ["GET", "CONNECT", "OPTIONS"]) {
      assertEquals((await viewer.ask({ method, target })).status, 400, `${method} ${target}`);
    }
  }
  const statuses = await Promise.all(["1.0", "1.1"].map(async (version) => {
    const head = `GET /api/sync/status HTTP/${version}\r\nConnection: close\r\n\r\n`;
    return readAnswer(await viewer.raw(head)).status;
  }));
  assertEquals(statuses, [505, 400]);
});

Deno.test("what is no request that can be read is refused with the headers of every answer", async () => {
  await using device = await startDevice("studio", { loop: false });
  const viewer = new RawViewer(device);
  const expected = [...(await viewer.ask()).headers.keys()].sort();
  assert(expected.includes("content-security-policy"), expected.join());
  const heads = [
    [400, "GET / HTTP/1.1"],
    [400, `GET / HTTP/1.1\r\nhost: ${viewer.host}\r\ncontent-length: 1`],
    [431, `GET / HTTP/1.1\r\nhost: ${viewer.host}\r\na: ${"x".repeat(70_000)}`],
    [501, `BREW / HTTP/1.1\r\nhost: ${viewer.host}\r\nconnection: close`],
    [505, `GET / HTTP/1.0\r\nhost: ${viewer.host}`],
  ] as const;
  for (const [status, head] of heads) {
    const answer = readAnswer(await viewer.raw(`${head}\r\nconnection: close\r\n\r\n`));
    assertEquals([answer.status, [...answer.headers.keys()].sort()], [status, expected]);
  }
});

Deno.test("no change is made for another site, with or without a token", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const before = await facts(device);
  const token = await viewer.token();
  const { port } = viewer;
  const origins = [
    ...["http://localhost.evil", `http://localhost.evil:${port}`, "null", "http://evil.example"],
    ...["http://127.0.0.1", `http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`],
    ...[`http://localhost:${port}`, `http://127.0.0.1:${port}.evil.example`],
  ];
  const foreign: Record<string, string>[] = [
    ...origins.map((origin) => ({ origin })),
    ...["cross-site", "same-site", "none"].map((site) => ({ "sec-fetch-site": site })),
  ];
  for (const [method, target] of CHANGES) {
    for (const headers of foreign) {
      const body = JSON.stringify({ sync_enabled: false });
      const what = `${method} ${target} ${JSON.stringify(headers)}`;
      const withToken = { ...headers, "x-csrf-token": token };
      assertRefused(await viewer.ask({ method, target, headers, body }), "forbidden_origin", what);
      assertRefused(
        await viewer.ask({ method, target, headers: withToken, body }),
        "forbidden_origin",
        what,
      );
    }
  }
  assertEquals(await facts(device), before);
});

Deno.test("no change is made without the token of this process", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const before = await facts(device);
  const old = await viewer.token();
  await device.restart();
  for (const [method, target] of CHANGES) {
    for (const token of [undefined, "", "x", "0".repeat(64), "ü".repeat(32), old]) {
      const given: Record<string, string> = token === undefined ? {} : { "x-csrf-token": token };
      const headers = { origin: viewer.origin, ...given };
      const answer = await viewer.ask({ method, target, headers, body: "{}" });
      assertRefused(answer, "invalid_token", `${method} ${target} ${token}`);
    }
  }
  assertEquals(await facts(device), before);
});

Deno.test("a form of another site cannot be taken for a request of the page", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const before = await facts(device);
  const token = await viewer.token();
  const types = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
  ];
  for (const type of types) {
    const request = { method: "POST", target: "/api/sync/actions/disable", body: '{"a":"="}' };
    const headers = { "content-type": type };
    assertRefused(await viewer.ask({ ...request, headers }), "invalid_token", type);
    const withToken = { ...headers, "x-csrf-token": token };
    assertRefused(await viewer.ask({ ...request, headers: withToken }), "forbidden_body", type);
  }
  assertEquals(await facts(device), before);
});

Deno.test("what only reads changes nothing, by no other name of the method either", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const before = await facts(device);
  const token = await viewer.token();
  const overrides = ["x-http-method-override", "x-method-override", "x-http-method"];
  for (const [method, target] of CHANGES) {
    for (const name of overrides) {
      const headers = { [name]: method, "x-csrf-token": token };
      for (const asked of [target, `${target}?_method=${method}`]) {
        const { status } = await viewer.ask({ target: asked, headers });
        assert(status === 404 || target.endsWith("/config"), `GET ${asked} ${name}: ${status}`);
      }
    }
  }
  for (const method of ["TRACE", "PROPFIND", "get"]) {
    const { status } = await viewer.ask({ method, headers: { "x-csrf-token": token } });
    assertEquals(status, method === "get" ? 400 : 501, method);
  }
  for (const method of ["OPTIONS", "PATCH"]) {
    assertRefused(await viewer.ask({ method }), "invalid_token", method);
    const { status, headers } = await viewer.ask({ method, headers: { "x-csrf-token": token } });
    assertEquals([status, headers.get("allow")], [404, null], method);
  }
  assertEquals(await facts(device), before);
});

Deno.test("a page of another site can have no invitation made, nor hold a stream", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const invitations = () => viewer.ask({ target: "/api/sync/pairing" });
  for (const site of ["cross-site", "same-site"]) {
    const headers = {
      "sec-fetch-site": site,
      "sec-fetch-mode": "no-cors",
      "sec-fetch-dest": "image",
    };
    for (const target of ["/api/sync/pairing", "/api/events", "/sync", "//api/sync/pairing"]) {
      assertRefused(await viewer.ask({ target, headers }), "forbidden_origin", `${site} ${target}`);
    }
    const link = { ...headers, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    for (const target of ["/api/sync/pairing", "/%61pi/sync/pairing", "/api/events"]) {
      assertRefused(await viewer.ask({ target, headers: link }), "forbidden_origin", target);
    }
    assertEquals((await viewer.ask({ target: "/sync", headers: link })).status, 200);
  }
  // However often the owner's own page asks for it, it is one and the same.
  const { json } = await invitations();
  for (let count = 0; count < 20; count++) assertEquals((await invitations()).json, json);
});

Deno.test("every answer says what the browser must not do, and none is for another site", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const { headers: file } = await viewer.ask({ target: "/assets/app.css" });
  const answers = {
    page: await viewer.ask({ target: "/sync" }),
    moved: await viewer.ask({ target: "/" }),
    status: await viewer.ask(),
    head: await viewer.ask({ method: "HEAD" }),
    "head of the events": await viewer.ask({ method: "HEAD", target: "/api/events" }),
    file: await viewer.ask({ target: "/assets/app.css" }),
    unchanged: await viewer.ask({
      target: "/assets/app.css",
      headers: { "if-none-match": file.get("etag")! },
    }),
    "no page": await viewer.ask({ target: "/nothing", headers: { accept: "text/html" } }),
    "no route": await viewer.ask({ target: "/api/nothing", headers: { accept: "text/html" } }),
    "bad parameter": await viewer.ask({ target: "/api/sync/attempts?limit=0" }),
    "wrong host": await viewer.ask({ host: "evil.example" }),
    "no token": await viewer.ask({ method: "POST" }),
    preflight: await viewer.ask({
      method: "OPTIONS",
      target: "/api/sync/config",
      headers: {
        origin: "http://evil.example",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "x-csrf-token",
        "access-control-request-private-network": "true",
      },
    }),
  };
  assertEquals([answers.unchanged.status, answers["no page"].status], [304, 404]);
  for (const [what, { headers }] of Object.entries(answers)) {
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
      assertStringIncludes(policy, rule, what);
    }
    assert(!policy.includes("unsafe"), what);
    const kept = ["x-content-type-options", "cross-origin-resource-policy", "referrer-policy"];
    assertEquals(
      [...kept, "cross-origin-opener-policy"].map((name) => headers.get(name)),
      ["nosniff", "same-origin", "no-referrer", "same-origin"],
      what,
    );
    const names = [...headers.keys()];
    assertEquals(names.filter((name) => name.startsWith("access-control-")), [], what);
    assertEquals(headers.get("set-cookie"), null, what);
    assert(["no-store", "no-cache"].includes(headers.get("cache-control") ?? ""), what);
  }
});

Deno.test("only a page is answered with a page, and neither names what is not asked for", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const accept = "text/html,application/xhtml+xml,*/*;q=0.8";
  const hostile = "/<script>alert(1)</script>?x=\"'><img>";
  const page = await viewer.ask({ target: encodeURI(hostile), headers: { accept } });
  assertEquals([page.status, page.headers.get("content-type")], [404, "text/html; charset=UTF-8"]);
  assert(!page.text.includes("<script"), page.text);
  assertStringIncludes(page.text, "There is nothing here");
  for (const request of [{ target: "/nothing" }, { target: "/api/x", headers: { accept } }]) {
    const { status, json } = await viewer.ask(request);
    assertEquals([status, json.error, typeof json.hint], [404, "not_found", "string"]);
  }
  const refused = await viewer.ask({ host: "evil.example", headers: { accept } });
  assertRefused(refused, "forbidden_host");
});

Deno.test("a path has one spelling", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const tricks = [
    ...["//api/sync/status", "/api//sync/status", "/api/sync/status/", "/API/sync/status"],
    ...["/api/sync%2fstatus", "/api%2Fsync/status", "/api/./sync/status", "/x/../api/sync/status"],
    ...["/api/sync/%2e%2e/sync/status", "/assets/../main.ts", "/assets/%2e%2e/%2e%2e/main.ts"],
    ...["/assets/..%2f..%2fdeno.json", "/assets/app.js%00", "/api/sync/status;x", "/%", "/%zz"],
    ...[
      "/api/sync/peers/..%2f..%2fconfig",
      "/api/sync/status%20",
      "/%E0%A4%A",
      "/api\\sync\\status",
    ],
  ];
  for (const target of tricks) {
    const { status, text } = await viewer.ask({ target });
    assert(status === 404 || status === 400, `${target}: ${status} ${text.slice(0, 80)}`);
  }
});

Deno.test("a request that can be read in two ways is not read", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const smuggled = "GET /api/sync/status HTTP/1.1\r\nHost: evil\r\n\r\n";
  const framings = [
    `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `Content-Length: 0\r\nContent-Length: 4\r\n\r\n${smuggled}`,
    `Content-Length: -1\r\n\r\n${smuggled}`,
    `Content-Length: 1, 1\r\n\r\n${smuggled}`,
    `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    `Host: evil.example\r\n\r\n`,
    `X: a\r\n b\r\n\r\n`,
    `${"X: y\r\n".repeat(5_000)}\r\n`,
    `X: ${"y".repeat(1024 * 1024)}\r\n\r\n`,
  ];
  for (const framing of framings) {
    const head = `POST /api/sync/status HTTP/1.1\r\nHost: ${viewer.host}\r\nConnection: close\r\n`;
    const text = await viewer.raw(`${head}${framing}`);
    const answers = text.match(/^HTTP\/1\.1 (400|431|501)/gm);
    assertEquals(answers?.length, 1, `${framing.slice(0, 60)}: ${text.slice(0, 200)}`);
    assertEquals(text.match(/^HTTP\//gm)?.length, 1, framing.slice(0, 60));
  }
  assertEquals((await viewer.ask()).status, 200);
});

Deno.test("a body is not read for who is refused, and never beyond its limit", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const target = "/api/sync/config";
  const head = `PUT ${target} HTTP/1.1\r\nHost: ${viewer.host}\r\n` +
    "Content-Type: application/json\r\nContent-Length: 100000000000\r\nConnection: close\r\n";
  // The rest of it never comes.
  const refused = await viewer.raw(`${head}\r\n{`, (text) => text.endsWith("}"));
  assertRefused(readAnswer(refused), "invalid_token");
  const headers = { "x-csrf-token": await viewer.token() };
  const large = JSON.stringify({ device_name: "x".repeat(8 * 1024 * 1024) });
  const answer = await viewer.ask({ method: "PUT", target, headers, body: large });
  assertEquals([answer.status, answer.json.error], [413, "too_large"]);
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  for (const body of [deep, `{"device_name":${deep}}`, "{", "\xff", "[]", "null", '"x"']) {
    const { status } = await viewer.ask({ method: "PUT", target, headers, body });
    assertEquals(status, 400, body.slice(0, 40));
  }
});

Deno.test("a slow body holds up nobody else", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const token = await viewer.token();
  const head =
    `PUT /api/sync/config HTTP/1.1\r\nHost: ${viewer.host}\r\nX-CSRF-Token: ${token}\r\n` +
    "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
  const slow = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: viewer.port });
      await connection.write(new TextEncoder().encode(head));
      return connection;
    }),
  );
  assertEquals((await viewer.ask()).status, 200);
  const answer = await viewer.change("/api/sync/peers/rename", {});
  assertEquals([answer.status, answer.json.field], [400, "peer_device_id"]);
  for (const connection of slow) connection.close();
});

Deno.test("streams have an end: of those whose page has vanished, too, the place is free again", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  const target = "/api/events";
  const head = `GET ${target} HTTP/1.1\r\nHost: ${viewer.host}\r\n\r\n`;
  const open = async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: viewer.port });
    await connection.write(new TextEncoder().encode(head));
    await connection.read(new Uint8Array(1));
    return connection;
  };
  const streams = await Promise.all(Array.from({ length: 64 }, open));
  const { status, json } = await viewer.ask({ target });
  assertEquals([status, json.error], [429, "too_many_requests"]);
  for (const stream of streams) stream.close();
  await eventually("there is room again", async () => {
    const first = await viewer.raw(head, (text) => text.includes("\r\n\r\n"));
    return readAnswer(first).status === 200;
  });
});

Deno.test("the sync API is not at the viewer's port, nor the viewer at that of sync", async () => {
  await using device = await startDevice("studio");
  const viewer = new RawViewer(device);
  for (const target of ["/v1/status", "/v1/ops?since=0.0", "/v1/pair"]) {
    assertEquals((await viewer.ask({ target })).status, 404, target);
  }
  const { identity, settings } = device;
  const holder = {
    certificatePem: identity.certificatePem,
    certificateName: certificateName(identity.deviceId),
  };
  for (const target of ["/", "/sync", "/api/health", "/api/sync/status", "/assets/app.js"]) {
    const tls = await openRawTls(settings.syncPort, holder);
    await tls.write(
      new TextEncoder().encode(
        `GET ${target} HTTP/1.1\r\nhost: ${viewer.host}\r\nconnection: close\r\n\r\n`,
      ),
    );
    const { status } = readAnswer(await new Response(tls.readable).text());
    assert([401, 404].includes(status), `${target} at the port of sync: ${status}`);
  }
});

/** What an attack would have changed. */
async function facts({ paths, store }: TestDevice): Promise<unknown> {
  const peers = store.peers.list().map(({ deviceId, name }) => [deviceId, name]);
  return { peers, config: await Deno.readTextFile(paths.config) };
}

function assertRefused({ status, json, text }: ViewerAnswer, code: string, what = ""): void {
  assertEquals([status, json?.error], [403, code], `${what}: ${text.slice(0, 200)}`);
  assertEquals(Object.keys(json), ["error", "message", "hint"], what);
}
