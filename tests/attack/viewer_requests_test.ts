/** Those who should not get in at the viewer: pages of other sites, and programs that know no token. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import { assertRefused, RawViewer } from "../support/viewer/raw_viewer.ts";

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

/** What an attack would have changed. */
async function facts({ paths, store }: TestDevice): Promise<unknown> {
  const peers = store.peers.list().map(({ deviceId, name }) => [deviceId, name]);
  return { peers, config: await Deno.readTextFile(paths.config) };
}
