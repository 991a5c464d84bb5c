import { assert, assertEquals } from "@std/assert";
import { memoryStore } from "../../../tests/support/devices/stores.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { Attempt, PeerStanding } from "./attempts.ts";
import type { Store } from "../store.ts";

const FINGERPRINT = "f";
const STANDING: PeerStanding = {
  fingerprint: FINGERPRINT,
  state: "ok",
  identical: true,
  behind: 0,
};
const OFFLINE: PeerStanding = {
  ...STANDING,
  state: "offline",
  identical: false,
  behind: undefined,
};

function storeWithPeers(): Store {
  const store = memoryStore();
  for (const deviceId of ["bob", "carol"]) {
    store.peers.pin({ deviceId, name: deviceId, fingerprint: FINGERPRINT, publicKey: "k" }, {
      addresses: [],
      replaceKey: false,
    });
  }
  return store;
}

/** What an attempt can change. */
function writes(store: Store): string {
  return JSON.stringify([store.attempts.list({ limit: 100 }), store.peers.list()]);
}

function attemptAt(second: number, changes: Partial<Attempt> = {}): Attempt {
  const at = formatTimestamp(Date.UTC(2026, 0, 1) + second * 1_000);
  return {
    peerDeviceId: "bob",
    startedAt: at,
    finishedAt: at,
    ...{ ok: true, address: "10.0.0.2:7337", errorCode: null, error: null },
    ...{ pulled: 1, pushed: 2, quarantined: 0 },
    ...changes,
  };
}

const failed = (second: number, code = "unreachable") =>
  attemptAt(second, { ok: false, errorCode: code, error: `${code} at ${second}` });

Deno.test("an attempt is kept, and says how its peer stands", () => {
  const store = storeWithPeers();
  store.attempts.record(attemptAt(1), STANDING);
  const [kept] = store.attempts.list({ limit: 10 });
  const { id: _, repeats, ...attempt } = kept!;
  assertEquals([attempt, repeats], [attemptAt(1), 1]);
  const bob = store.peers.find("bob")!;
  assertEquals([bob.state, bob.lastSyncAt, bob.identicalAt, bob.identicalLive], [
    "ok",
    attempt.finishedAt,
    attempt.finishedAt,
    0,
  ]);
  assertEquals(store.peers.find("carol")!.state, "never");
});

Deno.test("failures of one kind in a row are one entry that counts them", () => {
  const store = storeWithPeers();
  for (let second = 0; second < 50; second++) store.attempts.record(failed(second), OFFLINE);
  store.attempts.record(failed(50, "timed_out"), OFFLINE);
  store.attempts.record(failed(51), OFFLINE);
  const kept = store.attempts.list({ limit: 10 });
  assertEquals(kept.map(({ errorCode, repeats }) => [errorCode, repeats]), [
    ["unreachable", 1],
    ["timed_out", 1],
    ["unreachable", 50],
  ]);
  assertEquals(kept[2]!.startedAt, failed(0).startedAt);
  assertEquals([kept[2]!.finishedAt, kept[2]!.error], [failed(49).finishedAt, "unreachable at 49"]);
});

Deno.test("another peer's attempt in between does not end a row of failures", () => {
  const store = storeWithPeers();
  store.attempts.record(failed(1), OFFLINE);
  store.attempts.record(attemptAt(2, { peerDeviceId: "carol" }), STANDING);
  store.attempts.record(failed(3), OFFLINE);
  assertEquals(store.attempts.list({ limit: 10, peerDeviceId: "bob" })[0]!.repeats, 2);
  assertEquals(store.attempts.list({ limit: 10 }).length, 2);
});

Deno.test("successes are not folded into one", () => {
  const store = storeWithPeers();
  for (let second = 0; second < 3; second++) store.attempts.record(attemptAt(second), STANDING);
  assertEquals(store.attempts.list({ limit: 10 }).length, 3);
});

Deno.test("two hundred attempts are kept for each peer", () => {
  const store = storeWithPeers();
  store.attempts.record(attemptAt(0, { peerDeviceId: "carol" }), STANDING);
  for (let second = 1; second <= 250; second++) store.attempts.record(attemptAt(second), STANDING);
  const kept = store.attempts.list({ limit: 1_000, peerDeviceId: "bob" });
  assertEquals(kept.length, 200);
  assertEquals(kept[0]!.finishedAt, attemptAt(250).finishedAt);
  assertEquals(kept.at(-1)!.finishedAt, attemptAt(51).finishedAt);
  assertEquals(store.attempts.list({ limit: 10, peerDeviceId: "carol" }).length, 1);
  assertEquals(store.attempts.list({ limit: 3 }).length, 3);
});

Deno.test("a failure keeps what the last success found, and names its reason", () => {
  const store = storeWithPeers();
  store.attempts.record(attemptAt(1), { ...STANDING, behind: 7 });
  store.peers.recordReconciliation("bob", ["m1"]);
  store.attempts.record(failed(2), OFFLINE);
  const bob = store.peers.find("bob")!;
  assertEquals([bob.state, bob.lastErrorCode, bob.lastError], [
    "offline",
    "unreachable",
    "unreachable at 2",
  ]);
  assertEquals([bob.lastSyncAt, bob.identicalAt, bob.behind], [
    attemptAt(1).finishedAt,
    attemptAt(1).finishedAt,
    7,
  ]);
  assertEquals(bob.divergent, ["m1"]);
  store.attempts.record(attemptAt(3), STANDING);
  const after = store.peers.find("bob")!;
  assertEquals([after.lastError, after.behind, after.divergent], [null, 0, []]);
});

Deno.test("a success that leaves a difference is not the same as being identical", () => {
  const store = storeWithPeers();
  store.attempts.record(attemptAt(1), { ...STANDING, state: "error", identical: false, behind: 3 });
  const bob = store.peers.find("bob")!;
  assert(bob.lastSyncAt !== null);
  assertEquals([bob.identicalAt, bob.behind], [null, 3]);
});

Deno.test("an attempt at a peer that was removed or has another key by now leaves no trace", () => {
  const store = storeWithPeers();
  store.attempts.record(attemptAt(1), { ...STANDING, fingerprint: "of the key before" });
  store.peers.remove("bob");
  store.attempts.record(attemptAt(2), STANDING);
  assertEquals(store.attempts.list({ limit: 10 }), []);
  assertEquals(store.peers.find("bob")!.state, "never");
});

Deno.test("passes in a row that found nothing to do are one entry that counts them", () => {
  const store = storeWithPeers();
  const idle = { pulled: 0, pushed: 0 };
  for (const second of [1, 2, 3]) store.attempts.record(attemptAt(second, idle), STANDING);
  store.attempts.record(attemptAt(4), STANDING);
  store.attempts.record(attemptAt(5, idle), STANDING);
  const kept = store.attempts.list({ limit: 10 });
  assertEquals(kept.map(({ pulled, repeats }) => [pulled, repeats]), [[0, 1], [1, 1], [0, 3]]);
  assertEquals(kept[2]!.finishedAt, attemptAt(3).finishedAt);
});

Deno.test("a quiet failure that says nothing new is counted, and written half an hour later", () => {
  const store = storeWithPeers();
  const quietly = (second: number, code?: string) =>
    store.attempts.record(failed(second, code), OFFLINE, { quiet: true });
  const last = () => store.attempts.list({ limit: 1 })[0]!;
  const before = writes(store);
  quietly(0);
  assert(writes(store) !== before, "the first one is news");
  const written = writes(store);
  for (let second = 1; second < 1_800; second++) quietly(second);
  assertEquals([writes(store), last().repeats], [written, 1]);
  quietly(1_800);
  assertEquals([last().repeats, last().finishedAt], [1_801, failed(1_800).finishedAt]);
  quietly(1_801, "timed_out");
  assertEquals([last().errorCode, last().repeats], ["timed_out", 1], "another reason is news");
});

Deno.test("what was counted quietly is not lost when a failure is told aloud", () => {
  const store = storeWithPeers();
  for (const second of [0, 1, 2]) store.attempts.record(failed(second), OFFLINE, { quiet: true });
  store.attempts.record(failed(3), OFFLINE);
  assertEquals(store.attempts.list({ limit: 1 })[0]!.repeats, 4);
});

Deno.test("a quiet pass that found nothing to do is written every half minute", () => {
  const store = storeWithPeers();
  const quietly = (second: number, changes: Partial<Attempt> = {}) =>
    store.attempts.record(
      attemptAt(second, { pulled: 0, pushed: 0, ...changes }),
      STANDING,
      { quiet: true },
    );
  const written = [0, 1, 29, 30, 31].map((second) => quietly(second));
  assertEquals(written, [true, false, false, true, false]);
  assertEquals(quietly(32, { pulled: 1 }), true, "something was moved");
  assertEquals([quietly(33), quietly(34)], [true, false]);
  store.memories.remember({ kind: "note", title: "t", body: "b" });
  assertEquals(quietly(35), true, "both hold another number of memories");
  assertEquals(store.peers.find("bob")!.identicalLive, 1);
});

Deno.test("a peer whose database has forked is not called asleep because it cannot be reached", () => {
  const store = storeWithPeers();
  const refusal = { code: "device_forked", message: "bob's disk was cloned" };
  store.peers.recordRefused("bob", refusal);
  const failure = { ok: false, errorCode: "unreachable", error: "no answer", address: null };
  store.attempts.record(attemptAt(1, failure), OFFLINE);
  const seen = () => store.peers.find("bob")!;
  assertEquals([seen().state, seen().lastError], ["auth_failed", refusal.message]);
  const before = writes(store);
  store.attempts.record(attemptAt(2, failure), OFFLINE, { quiet: true });
  store.peers.recordRefused("bob", refusal);
  assertEquals(writes(store), before, "what is known is no write");
  store.attempts.record(attemptAt(3), STANDING);
  assertEquals([seen().state, seen().lastErrorCode], ["ok", null]);
  store.close();
});
