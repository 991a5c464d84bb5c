import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../errors.ts";
import { memoryStore, TempFolder, wireOps } from "../../../tests/support/devices/stores.ts";
import { Database } from "../database.ts";
import { MAX_QUARANTINED_BYTES, MAX_QUARANTINED_OPS } from "./quarantine_limit.ts";
import { openStore } from "../store.ts";

function opOf(title: string): Record<string, unknown> {
  const store = memoryStore();
  store.memories.remember({ kind: "note", title, body: "b" });
  return wireOps(store)[0]!;
}

const FROM = { peerDeviceId: "bob" };

Deno.test("an op that cannot be applied is kept with its reason, its memory and its sender", () => {
  const store = memoryStore();
  const op = opOf("a");
  store.apply([{ ...op, op_type: "archive" }, { ...op, op_id: "second", clock: {} }], FROM);
  assertEquals(
    store.quarantine.list(10).map(({ receivedAt: _, ...entry }) => entry).sort((a) =>
      a.opId === "second" ? 1 : -1
    ),
    [
      {
        opId: op.op_id as string,
        entityId: op.entity_id as string,
        reason: "unknown_op_type",
        detail: "made by a newer version",
        receivedFrom: "bob",
      },
      {
        opId: "second",
        entityId: op.entity_id as string,
        reason: "invalid_clock",
        detail: "clock is not a valid clock",
        receivedFrom: "bob",
      },
    ],
  );
  assertEquals(store.quarantine.list(1).length, 1);
});

Deno.test("the same op set aside twice is kept once", () => {
  const store = memoryStore();
  for (let count = 0; count < 2; count++) store.apply([{ not: "an op" }, 7, 7], FROM);
  assertEquals(store.quarantine.count(), 2);
});

Deno.test("a retry applies what can be read by now and keeps the rest", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const op = opOf("readable by now");
  store.apply([{ ...op, op_type: "archive" }, "never readable"], FROM);
  assertEquals(store.quarantine.retry(), 0);
  // What a newer version of the program would make of it.
  const newer = new Database(path);
  newer.run(
    "UPDATE sync_quarantine SET raw = ? WHERE op_id = ?",
    JSON.stringify(op),
    `${op.op_id}`,
  );
  newer.close();
  assertEquals([store.quarantine.retry(), store.quarantine.count()], [1, 1]);
  assertEquals(store.memories.search({ text: "readable", limit: 10 }).length, 1);
  store.close();
});

Deno.test("a retried delete takes along what is quarantined of its memory", () => {
  using folder = new TempFolder();
  const path = folder.file("a.db");
  const store = openStore({ path });
  const op = opOf("a");
  const clock = { ...op.clock as object, rev: 9 };
  const deletion = { ...op, op_id: "1", op_type: "delete", payload: null, clock };
  store.apply([{ ...deletion, op_type: "erase" }, { ...op, op_id: "2", op_type: "archive" }], FROM);
  const newer = new Database(path);
  newer.run("UPDATE sync_quarantine SET raw = ? WHERE op_id = '1'", JSON.stringify(deletion));
  newer.close();
  assertEquals([store.quarantine.retry(), store.quarantine.count()], [2, 0]);
  store.close();
});

Deno.test("what a retry or a drop does is told of, unless there is nothing to do", () => {
  const store = memoryStore();
  store.apply(unreadable(1, 0), FROM);
  let told = 0;
  store.subscribe(() => told++);
  store.quarantine.retry();
  assertEquals(told, 1);
  assertEquals([store.quarantine.drop(), told], [1, 2]);
  assertEquals([store.quarantine.retry(), told], [0, 2]);
  store.close();
});

/** So many unreadable ops, of about so many bytes each. */
function unreadable(count: number, bytes: number): unknown[] {
  const padding = "x".repeat(bytes);
  return Array.from({ length: count }, () => ({ op_id: crypto.randomUUID(), padding }));
}

for (
  const [what, ops] of [
    ["ops", unreadable(MAX_QUARANTINED_OPS, 0)],
    ["bytes", unreadable(Math.floor(MAX_QUARANTINED_BYTES / 2 ** 20), 2 ** 20 - 1_000)],
  ] as const
) {
  Deno.test(`of one peer no more ${what} than a bound are kept aside, and of others as before`, () => {
    const store = memoryStore();
    const [bob, carol] = ["bob", "carol"].map((deviceId) => {
      const identity = { deviceId, name: deviceId, fingerprint: deviceId, publicKey: deviceId };
      store.peers.pin(identity, { addresses: [], replaceKey: false });
      return { peerDeviceId: deviceId, fingerprint: deviceId };
    });
    store.apply(ops, { ...bob!, cursor: "first" });
    const good = opOf("good");
    const more = [good, ...unreadable(1, 2 ** 20)];
    const error = assertThrows(
      () => store.apply(more, { ...bob!, cursor: "second" }),
      CodememError,
    );
    assertEquals(error.code, "quarantine_full");
    assertEquals(store.quarantine.count(), ops.length, "what is there stays");
    assertEquals(store.cursors.of("bob").pulled, "first", "nothing is passed over");
    store.apply([...ops.slice(0, 3), good], bob!);
    store.apply(unreadable(1, 0), carol!);
    assertEquals(store.log.snapshot().digest.live, 1);
    assertEquals(store.quarantine.count(), ops.length + 1);
    // One that is over the bound, as those of before there was one, is no reason not to start.
    assertEquals(store.quarantine.retry(), 0);
  });
}
