import { assertEquals, assertMatch } from "@std/assert";
import type { ProgressData } from "../../live/live.ts";
import type { PeerData, StatusData } from "../../page_data.ts";
import { keyWords } from "./advice.ts";
import { overallStanding, peerStanding } from "./standing.ts";

const NOW = new Date(2026, 4, 5, 12, 30, 0).getTime();
const AT = { nowMs: NOW, progress: {} };
const iso = (hours: number, minutes: number, seconds: number) =>
  new Date(2026, 4, 5, hours, minutes, seconds).toISOString();

const PEER: PeerData = {
  peer_device_id: "p1",
  name: "laptop",
  fingerprint: "ab".repeat(32),
  state: "ok",
  addresses: [],
  last_good_address: null,
  paired_at: iso(9, 0, 0),
  last_seen_at: null,
  last_sync_at: null,
  last_error: null,
  last_error_code: null,
  identical_at: iso(12, 3, 11),
  identical_live: 24_378,
  behind: 0,
  ahead: 0,
  rotated_at: null,
  key_forked_at: null,
  copy_seen_at: null,
  divergent: [],
  clock_offset_ms: 0,
};

function status(peers: readonly Partial<PeerData>[], rest: Partial<StatusData> = {}): StatusData {
  return {
    enabled: true,
    device_id: "d",
    device_name: "studio",
    fingerprint: null,
    rotated_at: null,
    forked_at: null,
    copy_seen_at: null,
    digest: "",
    live: 24_378,
    identity_fault: null,
    database: { held: false, missing: false },
    tombstones: 0,
    legacy_pending: 0,
    quarantined: 0,
    quarantined_ops: [],
    listeners: [{ address: "::", port: 7337, listening: true, error: null, hint: null }],
    mdns: { enabled: true, active: true, error: null },
    daemon: { state: "running", pid: 1, uptime_s: 1, version: "1", fault: null },
    service: { kind: null, installed: false, enabled: false, active: false },
    last_sync_at: null,
    last_error: null,
    key_store: "file",
    key_store_note: null,
    key_store_left_over: null,
    key_store_stale_copy: null,
    ...rest,
    peers: peers.map((peer, index) => ({ ...PEER, peer_device_id: `p${index + 1}`, ...peer })),
  };
}

const overall = (peers: readonly Partial<PeerData>[], rest: Partial<StatusData> = {}) => {
  const { tone, text } = overallStanding(status(peers, rest), AT);
  return `${tone}: ${text}`;
};

Deno.test("why sync does not run is told with what helps against it", () => {
  const error = "The keyring is locked";
  const hint = "Unlock it, for example by logging in at the screen";
  const listeners = [{ address: "::", port: 7337, listening: false, error, hint }];
  const advice = (rest: Partial<StatusData>) => overallStanding(status([{}], rest), AT).advice;
  assertEquals(advice({ listeners, last_error: error }), `${error}. ${hint}`);
  assertEquals(
    advice({ listeners: [], last_error: "It broke" }),
    "It broke. Run `codemem sync doctor`",
  );
});

Deno.test("the answer at a glance", () => {
  const cases: readonly [string, string][] = [
    [overall([{}]), "good: Both devices hold the same 24,378 memories, as of 12:03:11"],
    [
      overall([{}, { identical_at: iso(12, 1, 0) }]),
      "good: All 3 devices hold the same 24,378 memories, as of 12:01:00",
    ],
    [
      overall([{ behind: 12, state: "syncing" }], { live: 24_366 }),
      "warn: At least 12 of 24,378 still to come from laptop",
    ],
    [overall([{ ahead: 1 }]), "warn: 1 change still to send to laptop"],
    [
      overall([{ state: "offline", ahead: 2 }]),
      "quiet: laptop is offline; 2 changes wait for it",
    ],
    [
      overall([{ state: "offline", identical_at: null, identical_live: null }]),
      "quiet: laptop is offline",
    ],
    [
      overall([{ identical_live: 0 }], { live: 0 }),
      "good: Both devices are identical, with no memories yet, as of 12:03:11",
    ],
    [overall([], { enabled: false }), "quiet: Sync is off"],
    [overall([]), "quiet: Nothing is paired yet"],
    [
      overall([{}], { forked_at: iso(12, 0, 0) }),
      "bad: Another copy of this database has been used",
    ],
    [
      overall([{ state: "auth_failed", last_error_code: "device_forked" }]),
      "bad: The database of laptop was restored by hand, or its disk was cloned",
    ],
    [
      overall([{}], { listeners: [], last_error: "Cannot listen on port 7337: it is in use" }),
      "bad: Sync is on but does not run",
    ],
    [
      overall([{ state: "error", last_error: "The peer is busy" }]),
      "bad: The last sync with laptop failed; last identical 12:03:11, 24,378 memories",
    ],
    [
      overall([{ state: "auth_failed", last_error_code: "peer_removed" }]),
      "bad: laptop has removed this device",
    ],
    [
      overall([{ state: "error", divergent: ["m1", "m2"] }]),
      "bad: This device and laptop differ in 2 memories although everything was exchanged",
    ],
  ];
  for (const [said, expected] of cases) assertEquals(said, expected);
});

Deno.test("a device that cannot prove who it is says that before all else, even with sync off", () => {
  const identity_fault = { code: "key_missing", message: "no key", hint: "get it back" } as const;
  for (const enabled of [true, false]) {
    assertEquals(overallStanding(status([{}], { enabled, identity_fault }), AT), {
      tone: "bad",
      text: "no key",
      advice: "get it back",
    });
  }
});

Deno.test("that nothing has failed does not make devices the same", () => {
  const changed: Partial<PeerData>[] = [
    { identical_at: null, identical_live: null },
    { identical_live: 24_377 },
    { state: "syncing" },
    { state: "never" },
    { divergent: ["m1"] },
  ];
  for (const peer of changed) assertEquals(overall([peer]).startsWith("good"), false);
  assertEquals(overall([{}], { legacy_pending: 3 }).startsWith("good"), false);
});

Deno.test("of several peers the one that needs a person most is named, and how many agree", () => {
  const { tone, text, advice } = overallStanding(
    status([{}, { name: "desk", state: "auth_failed", last_error: "Unknown peer" }]),
    AT,
  );
  assertEquals([tone, text], [
    "bad",
    "desk and this device do not trust each other",
  ]);
  assertEquals(advice?.startsWith("Unknown peer. "), true);
  assertEquals(
    advice?.endsWith("1 of 2 peers holds the same 24,378 memories as this device"),
    true,
  );
});

Deno.test("that two keys claim to be a peer's is said before all else", () => {
  const forked = { key_forked_at: "2026-01-02T03:04:05.678Z", name: "laptop" };
  assertMatch(overall([forked, { name: "desk" }]), /^bad: Two keys claim to be laptop's/);
});

Deno.test("that another machine uses a copy of this database is said while it asks", () => {
  const asked = { copy_seen_at: iso(12, 0, 0) };
  assertEquals(overall([{}], asked), "warn: Another machine uses a copy of this database");
  assertEquals(
    overallStanding(status([{}], asked), AT).advice,
    "This device goes on; on the other machine, run `codemem sync identity new --yes` and pair it " +
      "again. Both devices hold the same 24,378 memories, as of 12:03:11",
  );
  assertMatch(overall([{}], { copy_seen_at: iso(11, 0, 0) }), /^good: /);
  assertMatch(overall([{ state: "incompatible" }], asked), /^bad: /);
});

Deno.test("where this device has forked, no peer is said to have", () => {
  const forked = status([{}], { forked_at: iso(12, 0, 0) });
  const said = (peer: Partial<PeerData>) => peerStanding({ ...PEER, ...peer }, forked, AT);
  for (const state of ["auth_failed", "ok"] as const) {
    const { tone, text, advice } = said({ state, last_error_code: "device_forked" });
    assertEquals(tone, "bad");
    assertEquals(
      text,
      "Nothing is exchanged with laptop, as another copy of this database has been used",
    );
    assertEquals(advice, "Last identical 12:03:11, 24,378 memories");
  }
});

Deno.test("what is refused as an older copy is told what ends that, and that is no pairing alone", () => {
  const advice = (code: string) =>
    peerStanding({ ...PEER, state: "auth_failed", last_error_code: code }, status([{}]), AT).advice;
  assertMatch(advice("key_superseded")!, /sync identity new --yes.*older copy/);
  assertMatch(advice("fork_unproven")!, /sync identity keep/);
});

Deno.test("of a peer that may have a new identity the old entry is to go", () => {
  const refused = (code: string) =>
    peerStanding({ ...PEER, state: "auth_failed", last_error_code: code }, status([{}]), AT).advice;
  assertMatch(refused("untrusted_certificate")!, /has a new identity.*remove this entry/);
  assertMatch(refused("unknown_peer")!, /pair the two again/);
});

Deno.test("what is said of an absent peer tells when it was last identical", () => {
  const advice = (peer: Partial<PeerData>) =>
    peerStanding({ ...PEER, state: "offline", ...peer }, status([{}]), AT).advice;
  const then = "It catches up by itself once it is back";
  assertEquals(advice({}), `Last identical 12:03:11, 24,378 memories. ${then}`);
  assertEquals(advice({ identical_at: null }), `Not identical so far. ${then}`);
});

Deno.test("a pass under way says how far it is", () => {
  const say = (progress: ProgressData, peer: Partial<PeerData> = {}) =>
    peerStanding({ ...PEER, ...peer }, status([{}]), { nowMs: NOW, progress: { p1: progress } })
      .text;
  assertEquals(
    say({ phase: "pull", ops: 500, total: 1_200 }),
    "Receiving from laptop: 500 of 1,200",
  );
  assertEquals(say({ phase: "pull", ops: 500, total: null }), "Receiving from laptop: 500 so far");
  assertEquals(say({ phase: "pull", ops: 0, total: 12 }), "Receiving from laptop: 0 of 12");
  assertEquals(say({ phase: "pull", ops: 0, total: null }), "Syncing with laptop");
  assertEquals(
    say({ phase: "pull", ops: 0, total: null }, { ahead: 9 }),
    "Syncing with laptop: 9 changes to send",
  );
  assertEquals(say({ phase: "push", ops: 1, total: null }), "Sending to laptop: 1 so far");
});

Deno.test("where sync does not run, the advice is that of what keeps it from running", () => {
  const listener = { address: "::", port: 7337, listening: false, error: "The keyring is locked" };
  const last_error = listener.error;
  const advice = (hint: string | null) =>
    overallStanding(status([{}], { last_error, listeners: [{ ...listener, hint }] }), AT).advice;
  assertMatch(advice("Unlock it")!, /The keyring is locked.*Unlock it/);
  assertMatch(advice(null)!, /codemem sync doctor/);
});

Deno.test("where the key is, is said with why it is not in a keychain", () => {
  const words = (rest: Partial<StatusData>) => keyWords(status([], rest));
  assertEquals(words({ key_store: null }), "there is none yet");
  assertEquals(words({ key_store: "keychain" }), "kept in the keychain of the system");
  assertEquals(
    words({ key_store_note: "there is no desktop session", key_store_left_over: "keychain" }),
    "kept in a file that only you can read, not in a keychain: there is no desktop session; " +
      "a copy is still in the keychain",
  );
  assertEquals(
    words({ key_store: "keychain", key_store_stale_copy: "file" }),
    "kept in the keychain of the system; a copy of an earlier key is in the file: " +
      "`codemem sync move-key keychain --stop` removes it",
  );
});
