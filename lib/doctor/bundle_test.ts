import { assert, assertEquals } from "@std/assert";
import { CodememError } from "../errors.ts";
import { openStore } from "../store/store.ts";
import { statusReport } from "../sync/report/status_report.ts";
import { type BundleParts, encodeBundle } from "./bundle.ts";

const MARK = "zebra-text";

const PARTS: BundleParts = {
  madeAt: "2026-01-01T00:00:00.000Z",
  version: { version: "0.0.0-test" },
  settings: { log_level: { value: "info", from: "default" } },
  status: null,
  attempts: [],
  log: [],
  stderr: [],
  report: { findings: [], peers: [] },
  homeFolder: "/home/ann",
};

function bundle(parts: Partial<BundleParts>) {
  return JSON.parse(encodeBundle({ ...PARTS, ...parts }));
}

Deno.test("log lines are told as facts, and what quotes a text is not", () => {
  const line = (message: string, properties: object) =>
    JSON.stringify({ "@timestamp": "t", level: "INFO", message, properties });
  const { lines, left_out } = bundle({
    log: [
      line("pass failed", { code: "unreachable", message: "bob does not answer" }),
      line(`Unexpected failure: ${MARK}`, {
        code: "internal",
        stack: `E: ${MARK}\n    at f (x:1)`,
      }),
      `half a line of ${MARK}`,
    ],
  }).log;
  assertEquals(lines, [
    {
      at: "t",
      level: "INFO",
      message: "pass failed",
      facts: { code: "unreachable", message: "bob does not answer" },
    },
    {
      at: "t",
      level: "INFO",
      message: "Unexpected failure",
      facts: { code: "internal", stack: "    at f (x:1)" },
    },
  ]);
  assertEquals(left_out, 1);
});

Deno.test("of what was said on stderr only errors are told, and frames of a crash", () => {
  const { lines, left_out } = bundle({
    stderr: [
      "codemem: port 7337 is in use",
      "hint: Stop it",
      '{"error":"port_in_use","message":"port 7337 is in use","hint":"Stop it"}',
      `{"error":"internal","message":"Unexpected failure: ${MARK}"}`,
      `codemem: Unexpected failure: ${MARK}`,
      `error: Uncaught SyntaxError: "${MARK}" is not valid JSON`,
      "    at f (file:///x.ts:1:1)",
    ],
  }).stderr;
  assertEquals(lines, [
    "codemem: port 7337 is in use",
    "hint: Stop it",
    { error: "port_in_use", message: "port 7337 is in use", hint: "Stop it" },
    { error: "internal" },
    "    at f (file:///x.ts:1:1)",
  ]);
  assertEquals(left_out, 2);
});

Deno.test("ids and details of memories stay here, and so does the name of the home folder", () => {
  const store = openStore({ path: ":memory:" });
  const peer = { deviceId: "bob", name: "bob", fingerprint: "ab", publicKey: "k" };
  store.peers.pin(peer, { addresses: [], replaceKey: false });
  store.peers.recordReconciliation("bob", [MARK]);
  const op = { op_id: MARK, entity_type: "memory", entity_id: MARK, op_type: "upsert" };
  store.apply([op], { peerDeviceId: "bob", fingerprint: "ab" });
  const status = statusReport(store, {
    ...{ enabled: true, deviceName: "alice", mdnsEnabled: false, version: "0" },
    ...{
      daemon: undefined,
      binds: [],
      port: 7337,
      nowMs: 0,
      databaseHeld: false,
      identityFault: null,
    },
    service: { kind: null, installed: false, enabled: false, active: false },
  });
  const text = encodeBundle({ ...PARTS, status, stderr: ["codemem: no /home/ann/x"] });
  assert(!text.includes(MARK), text);
  const { status: told, stderr } = JSON.parse(text);
  assertEquals([told.quarantined, told.peers[0].divergent], [1, 1]);
  assertEquals(stderr.lines, ["codemem: no ~/x"]);
  store.close();
});

Deno.test("a database that does not open is a part of the bundle, too", () => {
  const status = new CodememError("database_corrupt", "it is damaged");
  assertEquals(bundle({ status }).status, { error: "database_corrupt", message: "it is damaged" });
});
