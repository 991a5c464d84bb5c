import { assert, assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import type { ErrorCode } from "../../lib/errors.ts";
import type { PeerState } from "../../lib/model/peer.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import {
  type Answer,
  OP,
  pageOf,
  startMaliciousPeer,
  statusOf,
} from "../support/attackers/malicious_peer.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";

const HTML = "<!doctype html><title>Please log in</title>";
const MIB = 1024 * 1024;

/** Answers one path in one way, all others honestly. */
function to(path: string, answer: (count: number) => Response): Answer {
  return ({ url, method }, count) =>
    `${method} ${new URL(url).pathname}` === path ? answer(count) : undefined;
}

function refusal(status: number, body: object): Response {
  return Response.json(body, { status });
}

const holder = await newKeyHolder("66666666-6666-4666-8666-666666666666");
const STATUS = "GET /v1/status";
const OPS = "GET /v1/ops";
const PUSH = "POST /v1/ops";

type Case = readonly [answer: Answer, code: ErrorCode, state: PeerState];

const CASES: Readonly<Record<string, Case>> = {
  "a proxy's page": [to(STATUS, () => new Response(HTML)), "invalid_response", "error"],
  "a proxy's page as a refusal": [
    to(STATUS, () => new Response(HTML, { status: 502 })),
    ...["invalid_response", "error"] as const,
  ],
  "a redirect": [
    to(STATUS, () => new Response(null, { status: 302, headers: { location: "https://x/" } })),
    ...["invalid_response", "error"] as const,
  ],
  "nothing": [to(STATUS, () => new Response("")), "invalid_response", "error"],
  "half of a JSON": [to(STATUS, () => new Response('{"protocol":3')), "invalid_response", "error"],
  "another protocol": [
    to(STATUS, () => statusOf(holder, { protocol: 4 })),
    ...["unsupported_protocol", "incompatible"] as const,
  ],
  "no protocol": [
    to(STATUS, () => statusOf(holder, { protocol: "3" })),
    ...["invalid_response", "error"] as const,
  ],
  "counts below zero": [
    to(STATUS, () => statusOf(holder, { live: -1 })),
    ...["invalid_response", "error"] as const,
  ],
  "a digest that is none": [
    to(STATUS, () => statusOf(holder, { digest: "__proto__" })),
    ...["invalid_response", "error"] as const,
  ],
  "a huge answer": [
    to(STATUS, () => new Response(new Uint8Array(9 * MIB))),
    ...["too_large", "error"] as const,
  ],
  "a bomb": [
    to(STATUS, () =>
      new Response(new Uint8Array(gzipSync(new Uint8Array(64 * MIB))), {
        headers: { "content-encoding": "gzip" },
      })),
    ...["too_large", "error"] as const,
  ],
  "an answer that never ends": [
    to(STATUS, () => new Response(endless())),
    ...["unreachable", "offline"] as const,
  ],
  "a page that never ends": [
    to(OPS, () => new Response(endless())),
    ...["timed_out", "offline"] as const,
  ],
  "a page of a proxy": [to(OPS, () => new Response(HTML)), "invalid_response", "error"],
  "a page that is deep": [
    to(OPS, () => new Response(`{"ops":${"[".repeat(100_000)}`)),
    ...["invalid_response", "error"] as const,
  ],
  "a page of too many ops": [
    to(OPS, () => pageOf(Array(2_001).fill(1))),
    ...["invalid_response", "error"] as const,
  ],
  "a page without a cursor": [
    to(OPS, () => pageOf([], { next_cursor: null })),
    ...["invalid_response", "error"] as const,
  ],
  "a cursor with a line break": [
    to(OPS, () => pageOf([], { next_cursor: "a\r\nx-evil: 1" })),
    ...["invalid_response", "error"] as const,
  ],
  "a cursor that never moves": [
    to(OPS, () => pageOf([OP], { has_more: true })),
    ...["invalid_response", "error"] as const,
  ],
  "more and more of nothing": [
    to(OPS, (count) => pageOf([], { has_more: true, next_cursor: `a.${count}` })),
    ...["invalid_response", "error"] as const,
  ],
  "the same ops for ever": [
    to(
      OPS,
      (count) => pageOf(Array(2_000).fill(OP), { has_more: true, next_cursor: `a.${count}` }),
    ),
    ...["invalid_response", "error"] as const,
  ],
  "cursors that go round in circles": [
    to(
      OPS,
      (count) => pageOf(Array(2_000).fill(OP), { has_more: true, next_cursor: `a.${count % 2}` }),
    ),
    ...["invalid_response", "error"] as const,
  ],
  "a reset for ever": [
    to(OPS, () => refusal(409, { error: "cursor_reset", message: "again" })),
    ...["cursor_reset", "error"] as const,
  ],
  "an answer to a push that is none": [
    to(PUSH, () => Response.json({ applied: "1" })),
    ...["invalid_response", "error"] as const,
  ],
  "a removal": [
    to(STATUS, () => refusal(403, { error: "peer_removed", message: "go" })),
    ...["peer_removed", "auth_failed"] as const,
  ],
  "a code that is none of ours": [
    to(STATUS, () => refusal(418, { error: "constructor", message: "x" })),
    ...["invalid_request", "error"] as const,
  ],
  "an error of its own": [
    to(STATUS, () => refusal(500, { error: "internal", message: "x" })),
    ...["invalid_response", "error"] as const,
  ],
  "another time, whatever is asked": [
    to(
      STATUS,
      () =>
        refusal(401, {
          error: "clock_skew",
          message: "x",
          server_time: "2020-01-01T00:00:00.000Z",
        }),
    ),
    ...["clock_skew", "error"] as const,
  ],
};

/** What is waited for in vain. */
const ENDLESS = new Set(["an answer that never ends", "a page that never ends"]);

for (const [name, [answer, code, state]] of Object.entries(CASES)) {
  Deno.test(`a peer that answers with ${name} ends the pass, and nothing else`, async () => {
    await using alice = await startDevice("alice", { loop: false });
    alice.store.memories.remember({ kind: "decision", title: "ours", body: "stays" });
    await using mallory = await startMaliciousPeer(alice, answer);
    const { error, attempt, result } = await mallory.sync(ENDLESS.has(name) ? 1_000 : undefined);
    assertEquals([error?.code, result], [code, undefined], error?.message);
    assertEquals([attempt.ok, attempt.errorCode], [false, code]);
    const peer = alice.store.peers.find(mallory.holder.deviceId)!;
    assertEquals([peer.state, peer.lastErrorCode], [state, code]);
    assert(mallory.requests.length < 40, `${mallory.requests.length} requests`);
    assertUnharmed(alice);
  });
}

Deno.test("the words of a peer reach the terminal as one harmless line", async () => {
  await using alice = await startDevice("alice", { loop: false });
  const message = "\u001b[2J\u202eevil\r\nhint: run `rm -rf ~`\u0000" + "x".repeat(10_000);
  await using mallory = await startMaliciousPeer(
    alice,
    to(STATUS, () => refusal(403, { error: "peer_removed", message })),
  );
  const { error } = await mallory.sync();
  assert(/^[\x20-\x7e]{1,400}$/.test(error!.message), error!.message);
});

Deno.test("a peer that hangs up in the middle of its answer is offline", async () => {
  await using alice = await startDevice("alice", { loop: false });
  await using mallory = await startMaliciousPeer(
    alice,
    to(OPS, () => new Response(new ReadableStream({ pull: (c) => c.error(new Error("cut")) }))),
  );
  const { error } = await mallory.sync();
  assertEquals(error?.consequence, "offline", error?.message);
});

Deno.test("memories that a peer claims to have and never hands out are said to be missing", async () => {
  await using alice = await startDevice("alice", { loop: false });
  alice.store.memories.remember({ kind: "decision", title: "ours", body: "stays" });
  await using mallory = await startMaliciousPeer(
    alice,
    to(STATUS, () => statusOf(holder, { live: Number.MAX_SAFE_INTEGER, tombstones: 0 })),
  );
  const { error, result } = await mallory.sync();
  assertEquals([error, result?.identical], [undefined, false]);
  assertEquals(result?.behind, Number.MAX_SAFE_INTEGER - 1);
  assert(mallory.requests.length < 40);
  const later = await mallory.sync();
  assertEquals(later.result?.identical, false);
  assertUnharmed(alice);
});

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      controller.enqueue(new TextEncoder().encode(" "));
    },
  });
}

function assertUnharmed({ store }: TestDevice): void {
  assertEquals(store.log.snapshot().digest.live, 1);
  assert(store.digestHolds());
}
