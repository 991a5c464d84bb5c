/** Requests to the viewer that no browser makes: of a form of their own, without an end, or too many. */
import { assert, assertEquals } from "@std/assert";
import { startDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";
import { openRawTls } from "../support/attackers/raw_tls.ts";
import { certificateName } from "../../lib/model/device.ts";
import { assertRefused, RawViewer, readAnswer } from "../support/viewer/raw_viewer.ts";

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
