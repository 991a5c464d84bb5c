import { assertEquals } from "@std/assert";
import { memoryStore, wireOps } from "../../../tests/support/devices/stores.ts";
import { formatCursor } from "../../model/cursor.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { openStore, type Store } from "../../store/store.ts";
import { statusJson } from "./status_json.ts";
import { statusReport } from "./status_report.ts";

const SOURCES = {
  enabled: true,
  deviceName: "alice",
  mdnsEnabled: false,
  keyStore: "file",
  version: "0.0.0-test",
  daemon: undefined,
  service: { kind: null, installed: false, enabled: false, active: false },
  binds: [],
  port: 7337,
  databaseHeld: false,
  identityFault: null,
  nowMs: 0,
};

Deno.test("the last error is that of the newest failure, whatever the order of the peers", () => {
  using bench = openBench();
  const { store, fail } = bench;
  fail("aaron", 3, "not trusted");
  fail("zoe", 5, "damaged");
  assertEquals(statusReport(store, SOURCES).lastError, "damaged");
  fail("aaron", 7, "not trusted again");
  assertEquals(statusReport(store, SOURCES).lastError, "not trusted again");
  fail("zoe", 9, "asleep", "offline");
  assertEquals(statusReport(store, SOURCES).lastError, "not trusted again", "offline is no error");
});

Deno.test("the JSON lists the newest ops in quarantine, within bounds, and counts all", () => {
  using bench = openBench();
  const { store } = bench;
  const peerDeviceId = store.peers.find("aaron")!.deviceId;
  const pin = { peerDeviceId, fingerprint: store.peers.find("aaron")!.fingerprint };
  store.apply(Array.from({ length: 30 }, (_, index) => ({ op_id: `bad ${index}` })), pin);
  const json = statusJson(statusReport(store, SOURCES));
  assertEquals([json.quarantined, json.quarantined_ops.length], [30, 20]);
  const names = ["op_id", "entity_id", "reason", "detail", "received_from", "received_at"];
  assertEquals(Object.keys(json.quarantined_ops[0]!), names);
});

Deno.test("each peer is told of what it has not been handed, and not of what came from it", () => {
  using bench = openBench();
  const { store } = bench;
  const draft = { kind: "note", title: "t", body: "b" };
  for (let count = 0; count < 3; count++) store.memories.remember(draft);
  const { deviceId: peerDeviceId, fingerprint } = store.peers.find("zoe")!;
  const other = memoryStore();
  for (let count = 0; count < 2; count++) other.memories.remember(draft);
  store.apply(wireOps(other), { peerDeviceId, fingerprint });
  const ahead = () => statusReport(store, SOURCES).peers.map(({ name, ahead }) => [name, ahead]);
  assertEquals(ahead(), [["aaron", 5], ["zoe", 3]]);
  const { epoch } = store.log.head();
  store.cursors.move({ deviceId: "zoe", fingerprint }, { pushed: formatCursor({ epoch, seq: 2 }) });
  assertEquals(ahead(), [["aaron", 5], ["zoe", 1]]);
});

/** A store with two peers, and failures of passes with them. */
function openBench() {
  const store: Store = openStore({ path: ":memory:" });
  for (const name of ["zoe", "aaron"]) {
    const identity = { deviceId: name, name, publicKey: `key of ${name}`, fingerprint: name };
    store.peers.pin(identity, { addresses: [], replaceKey: false });
  }
  return {
    store,
    fail(name: string, second: number, error: string, state: "error" | "offline" = "error") {
      const at = formatTimestamp(second * 1_000);
      const { deviceId: peerDeviceId, fingerprint } = store.peers.find(name)!;
      const none = { pulled: 0, pushed: 0, quarantined: 0, address: null };
      store.attempts.record(
        {
          peerDeviceId,
          startedAt: at,
          finishedAt: at,
          ok: false,
          errorCode: state,
          error,
          ...none,
        },
        { fingerprint, state, identical: false, behind: undefined },
      );
    },
    [Symbol.dispose]: () => store.close(),
  };
}
