import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { chunked, type RawRequest, send, signed } from "../support/attackers/raw_client.ts";
import { assertRefused } from "../support/refused.ts";

const MIB = 1024 * 1024;

Deno.test("bodies that are too large, or become so, are refused", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const overCap = new Uint8Array(4 * MIB + 1).fill(0x20);
  const bomb = gzipSync(new Uint8Array(256 * MIB));
  const manyOps = `{"ops":[${Array(2_001).fill("1").join(",")}]}`;
  const cases: Readonly<Record<string, RawRequest>> = {
    "over 4 MiB": push(alice, bob, overCap),
    "over 4 MiB in chunks": inChunks(push(alice, bob, overCap)),
    "said to be endless": { ...push(alice, bob, "{}"), ...claiming(alice, bob, 99_999_999) },
    "a bomb": push(alice, bob, bomb, { "content-encoding": "gzip" }),
    "2001 ops": push(alice, bob, manyOps),
  };
  for (const [what, request] of Object.entries(cases)) {
    assertRefused(await send(alice, request), 413, "too_large", what);
  }
  await assertUnharmed(alice, bob);
});

Deno.test("bodies that are not ops are refused", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const deep = `{"ops":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`;
  const bodies: Readonly<Record<string, string | Uint8Array>> = {
    "nothing": "",
    "not JSON": "ops=1",
    "half JSON": '{"ops":[',
    "deep JSON": deep,
    "not UTF-8": new Uint8Array([0x7b, 0xff, 0x7d]),
    "an array": "[]",
    "null": "null",
    "no ops": "{}",
    "ops that are no list": '{"ops":{"length":1}}',
    "ops of the prototype": '{"__proto__":{"ops":[]}}',
  };
  for (const [what, body] of Object.entries(bodies)) {
    assertRefused(await send(alice, push(alice, bob, body)), 400, "invalid_ops", what);
  }
  const gzip = { "content-encoding": "gzip" };
  const notGzip = push(alice, bob, '{"ops":[]}', gzip);
  assertRefused(await send(alice, notGzip), 400, "invalid_request", "not gzip");
  const cutOff = push(alice, bob, gzipSync('{"ops":[]}').subarray(0, 20), gzip);
  assertRefused(await send(alice, cutOff), 400, "invalid_request", "gzip that is cut off");
  const unknown = push(alice, bob, '{"ops":[]}', { "content-encoding": "br" });
  assertRefused(await send(alice, unknown), 400, "invalid_request", "unknown coding");
  await assertUnharmed(alice, bob);
});

Deno.test("bodies that come in chunks or in gzip are taken", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const body = '{"ops":[1,null,"x",[]]}';
  for (
    const request of [
      push(alice, bob, body),
      inChunks(push(alice, bob, body)),
      push(alice, bob, gzipSync(body), { "content-encoding": "gzip" }),
    ]
  ) {
    const { status, json } = await send(alice, request);
    assertEquals([status, json?.applied], [200, 0]);
    const reasons = (json!.quarantined as { reason: string }[]).map(({ reason }) => reason);
    assertEquals(reasons, Array(4).fill("invalid_op"));
  }
  assertEquals(alice.store.quarantine.count(), 4, "the same junk is kept once");
  await assertUnharmed(alice, bob);
});

Deno.test("questions that make no sense are refused by name", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const recipient = alice.store.deviceId;
  const { epoch } = alice.store.log.head();
  const cases: readonly (readonly [target: string, status: number, code: string])[] = [
    ["/v1/ops?limit=0", 400, "invalid_request"],
    ["/v1/ops?limit=2001", 400, "invalid_request"],
    ["/v1/ops?limit=1e3", 400, "invalid_request"],
    ["/v1/ops?limit=-1", 400, "invalid_request"],
    ["/v1/ops?limit=5&limit=6", 400, "invalid_request"],
    ["/v1/ops?wait=26", 400, "invalid_request"],
    ["/v1/ops?wait=", 400, "invalid_request"],
    ["/v1/ops?since=", 409, "cursor_reset"],
    ["/v1/ops?since=0", 409, "cursor_reset"],
    ["/v1/ops?since=ffffffffffffffff.1", 409, "cursor_reset"],
    [`/v1/ops?since=${epoch}.9007199254740993`, 409, "cursor_reset"],
    [`/v1/ops?since=${epoch}.1000000`, 409, "cursor_reset"],
    ["/v1/nothing", 404, "not_found"],
    ["/", 404, "not_found"],
    ["/v1/status/", 404, "not_found"],
    ["/api/health", 404, "not_found"],
  ];
  for (const [target, status, code] of cases) {
    const request = signed(bob.identity, { recipient, target });
    assertRefused(await send(alice, request), status, code, target);
  }
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const request = signed(bob.identity, { recipient, target: "/v1/ops", method, body: "{}" });
    assertRefused(await send(alice, request), 404, "not_found", method);
  }
  await assertUnharmed(alice, bob);
});

function push(
  alice: TestDevice,
  bob: TestDevice,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): RawRequest {
  const recipient = alice.store.deviceId;
  return signed(bob.identity, { recipient, method: "POST", target: "/v1/ops", body, headers });
}

function inChunks(request: RawRequest): RawRequest {
  const headers = { ...request.headers, "transfer-encoding": "chunked" };
  return { ...request, headers, body: chunked(request.body, 65_536) };
}

function claiming(alice: TestDevice, bob: TestDevice, length: number): RawRequest {
  const request = push(alice, bob, "{}");
  return { ...request, headers: { ...request.headers, "content-length": String(length) } };
}

async function assertUnharmed(alice: TestDevice, bob: TestDevice): Promise<void> {
  const request = signed(bob.identity, { recipient: alice.store.deviceId });
  assertEquals((await send(alice, request)).status, 200);
  assertEquals(alice.store.log.snapshot().digest.live, 0);
  assert(alice.store.digestHolds());
}
