import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { EMPTY_DIGEST } from "../../model/digest.ts";
import type { PeerReport, StatusReport } from "../../sync/report/status_report.ts";
import { clockTime } from "../../model/clock_time.ts";
import { Output } from "./output.ts";
import { showStatus } from "./status_view.ts";

const NOW_MS = Date.parse("2026-11-23T12:08:11.000Z");
const IDENTICAL_AT = "2026-11-23T12:03:11.000Z";

const LAPTOP: PeerReport = {
  deviceId: "laptop-id",
  name: "laptop",
  publicKey: "",
  fingerprint: "",
  certificate: null,
  addresses: [],
  lastGoodAddress: null,
  state: "ok",
  pairedAt: IDENTICAL_AT,
  removedAt: null,
  lastSeenAt: null,
  lastSyncAt: null,
  lastErrorCode: null,
  lastError: null,
  identicalAt: IDENTICAL_AT,
  identicalLive: 24_378,
  behind: 0,
  clockOffsetMs: 0,
  discoveryKey: null,
  rotationAccepted: 0,
  rotationTold: 0,
  rotatedAt: null,
  keyForkedAt: null,
  copySeenAt: null,
  ownCopySeenAt: null,
  reconciledAt: null,
  divergent: [],
  ahead: 0,
};

const REPORT: StatusReport = {
  enabled: true,
  deviceId: "desk-id",
  deviceName: "desk",
  fingerprint: null,
  databaseHeld: false,
  databaseMissing: false,
  identityFault: null,
  rotatedAt: null,
  forkedAt: null,
  copySeenAt: null,
  digest: { ...EMPTY_DIGEST, live: 1 },
  legacyPending: 0,
  quarantined: 0,
  quarantinedOps: [],
  listeners: [],
  mdns: { enabled: false, active: false, error: null },
  daemon: { state: "stopped", pid: null, uptimeS: null, version: "", fault: null },
  service: { kind: "systemd", installed: false, enabled: false, active: false },
  lastSyncAt: null,
  lastError: null,
  keyStore: { name: "file", note: null, leftOver: null, staleCopy: null },
  peers: [],
};

Deno.test("status says with whom this device was identical, when, and in how many memories", () => {
  const as = `identical to laptop as of ${clockTime(IDENTICAL_AT, NOW_MS)}, 5 min ago`;
  assertEquals(peerLine({}), `laptop: ok; ${as} (24,378 memories)`);
  assertEquals(
    peerLine({ ahead: 3, identicalLive: 1 }),
    `laptop: ok; ${as} (1 memory); 3 changes still to send`,
  );
  assertEquals(
    peerLine({ state: "syncing", behind: 1 }),
    `laptop: syncing, not identical yet; ${as} (24,378 memories); ` +
      "at least 1 memory still to come",
  );
});

Deno.test("status says where to ask about a peer that does not come right by itself", () => {
  const hint = "             hint: `codemem sync doctor` says what to do";
  const shown = (peer: Partial<PeerReport>, report: Partial<StatusReport> = {}) =>
    lines({ ...report, peers: [{ ...LAPTOP, identicalAt: null, ...peer }] }).slice(-2);
  const refused = { state: "auth_failed", lastError: "No" } as const;
  assertEquals(shown(refused), ["peer         laptop: auth failed; No", hint]);
  for (const state of ["incompatible", "error"] as const) {
    assertEquals(shown({ state }).at(-1), hint);
  }
  for (const state of ["ok", "syncing", "offline", "never"] as const) {
    assertNotEquals(shown({ state }).at(-1), hint);
  }
  assertNotEquals(shown(refused, { forkedAt: IDENTICAL_AT }).at(-1), hint);
});

Deno.test("status counts one thing as one, and says what waits", () => {
  assertEquals(lines({ legacyPending: 1, quarantined: 1 }).slice(5, 8), [
    "memories     1 memory, 0 deleted",
    "             1 memory not in the op log yet",
    "quarantine   1 op could not be applied: `codemem sync quarantine`",
  ]);
});

Deno.test("status says of each address whether it is listened on, and else why and what to do", () => {
  const silent = { listening: false, error: "the port is in use", hint: "End it" };
  const listeners = [
    { address: "::", port: 7_337, ...silent },
    { address: "0.0.0.0", port: 7_337, ...silent },
    { address: "10.0.0.1", port: 7_337, listening: true, error: null, hint: null },
  ];
  assertEquals(lines({ listeners }).slice(4, 8), [
    "listener     [::]:7337 not listening: the port is in use",
    "listener     0.0.0.0:7337 not listening: the port is in use",
    "listener     10.0.0.1:7337 listening",
    "             hint: End it",
  ]);
});

Deno.test("status tells two peers of one name apart", () => {
  const other = { ...LAPTOP, deviceId: "another-id", identicalAt: null };
  assertEquals(lines({ peers: [{ ...LAPTOP, identicalAt: null }, other] }).slice(-2), [
    "peer         laptop (laptop-i): ok",
    "peer         laptop (another-): ok",
  ]);
});

Deno.test("status says whether devices are looked for, and what went wrong", () => {
  const mdns = { enabled: true, active: true, error: null };
  const daemon = { state: "running", pid: 7, uptimeS: 60, version: "", fault: null } as const;
  const discovery = (report: Partial<StatusReport>) =>
    lines({ daemon, ...report }).find((line) => line.startsWith("discovery"))?.slice(13);
  assertEquals(discovery({ mdns }), "on");
  assertEquals(discovery({ mdns: { ...mdns, enabled: false } }), "off");
  const error = "port 5353 is in use";
  assertEquals(discovery({ mdns: { ...mdns, error } }), `on, but ${error}`);
  assertEquals(discovery({ mdns: { ...mdns, active: false, error } }), `not working: ${error}`);
  assertEquals(
    discovery({ mdns: { ...mdns, active: false }, daemon: REPORT.daemon }),
    "on while serve runs",
  );
  const fault = { message: "The disk is full", at: IDENTICAL_AT };
  assert(
    lines({ daemon: { ...daemon, fault } }).includes(
      "fault        The disk is full, 5 min ago",
    ),
  );
});

Deno.test("status says that a key was rotated, and loudly that two claim to be it", () => {
  const rotatedAt = IDENTICAL_AT;
  assert(lines({ rotatedAt, fingerprint: "ab" }).includes("             key rotated 5 min ago"));
  assertEquals(peerLine({ identicalAt: null, rotatedAt }), "laptop: ok; key rotated 5 min ago");
  const forked = peerLine({ identicalAt: null, keyForkedAt: IDENTICAL_AT });
  assertMatch(
    forked,
    /^laptop: ok; TWO KEYS CLAIM TO BE laptop'S \(5 min ago\).*sync peers remove laptop-id`/,
  );
});

function peerLine(peer: Partial<PeerReport>): string {
  return lines({ peers: [{ ...LAPTOP, ...peer }] }).at(-1)!.replace(/^peer +/, "");
}

Deno.test("status names the service only where there is one", () => {
  const service = { kind: "systemd", installed: true, enabled: true, active: true } as const;
  const row = (report: Partial<StatusReport>) =>
    lines(report).find((line) => line.startsWith("service"));
  assertEquals(row({}), undefined);
  assertEquals(row({ service }), "service      systemd, starts with the session, runs this device");
  assertEquals(
    row({ service: { ...service, enabled: false, active: false } }),
    "service      systemd, does not start by itself",
  );
});

function lines(report: Partial<StatusReport>): string[] {
  let text = "";
  const sink = { isTerminal: false, columns: undefined, write: (part: string) => text += part };
  const output = new Output({ stdout: sink, stderr: sink }, {});
  showStatus({ ...REPORT, ...report }, output, NOW_MS);
  return text.trimEnd().split("\n");
}
