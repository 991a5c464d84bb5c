import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  assertRefused,
  BackupBench,
  PEER,
  remember,
} from "../../../tests/support/devices/backup_bench.ts";
import { contents } from "../../../tests/support/devices/stores.ts";
import { importFile } from "../import/import_file.ts";
import type { Store } from "../store.ts";
import { writeBackup } from "./back_up.ts";

Deno.test("a restore brings back memories, words and history; identity and pairings stay as they are", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  const [edited, forgotten] = remember(store, "zebra", "gnu");
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  const before = contents(store);
  const { digest, head } = store.log.snapshot();
  await writeBackup(store, bench.backup, { replace: false });
  store.memories.edit(edited!, { title: "okapi" });
  store.memories.forget([forgotten!]);
  remember(store, "later");
  store.peers.remove(PEER.deviceId);
  store.lives.begin();
  store.lives.markForked({ restoredMs: 0 });
  const { life, deviceId } = { life: store.lives.present()!, deviceId: store.deviceId };
  const changed = contents(store);
  store.close();

  const restored = await bench.restore();
  assertEquals([restored.digest, restored.pairings], [digest, []]);
  const after = bench.open();
  assertEquals(contents(after), before);
  assertEquals(after.deviceId, deviceId);
  after.requireWhole();
  for (const [text, count] of [["zebra", 1], ["gnu", 1], ["okapi", 0], ["later", 0]] as const) {
    assertEquals(after.memories.search({ text, limit: 9 }).length, count, text);
  }
  assertEquals(after.peers.list(), [], "who was removed stays removed");
  assertNotEquals(after.log.head().epoch, head.epoch);
  assertEquals(after.lives.forkedAt(), null);
  assertEquals(after.lives.haveForked({ life, head: null }), false);
  assert(after.lives.present()!.restoredMs > life.restoredMs);
  remember(after, "written after it");
  after.close();
  const aside = bench.open(restored.aside!);
  assertEquals(contents(aside), changed);
  aside.close();
  assertEquals(bench.names(), ["aside.db", "backup.db", "codemem.db"]);
});

Deno.test("the time of a restore is later than that of any before, whatever the clock says", async () => {
  using bench = new BackupBench();
  const store = bench.open();
  await writeBackup(store, bench.backup, { replace: false });
  remember(store, "something");
  store.close();
  const restoredMs = () => {
    const restored = bench.open();
    const { restoredMs } = restored.lives.begin();
    restored.close();
    return restoredMs;
  };
  await bench.restore({ nowMs: () => 2_000 });
  assertEquals(restoredMs(), 2_000);
  await bench.restore({ nowMs: () => 1_000, aside: bench.file("aside2.db") });
  assertEquals(restoredMs(), 2_001);
});

Deno.test("where the database is lost or damaged, the backup takes its place as a later life of it", async () => {
  for (const damage of ["missing", "damaged"] as const) {
    using bench = new BackupBench();
    const store = bench.open();
    remember(store, "zebra");
    store.peers.pin(PEER, { addresses: [], replaceKey: false });
    await writeBackup(store, bench.backup, { replace: false });
    const life = store.lives.begin();
    const before = contents(store);
    store.close();
    if (damage === "missing") Deno.removeSync(bench.database);
    else Deno.writeFileSync(bench.database, new Uint8Array(8_192).fill(7));
    const restored = await bench.restore();
    assertEquals(restored.aside, damage === "missing" ? null : bench.file("aside.db"));
    assertEquals(restored.pairings.map(({ name }) => name), ["peer"]);
    const after = bench.open();
    assertEquals(contents(after), before);
    assertEquals(after.lives.haveForked({ life, head: null }), false, "peers are told");
    after.close();
    assertEquals(Deno.statSync(bench.database).mode! & 0o777, 0o600);
  }
});

Deno.test("a backup of another device is refused, and can be imported", async () => {
  using bench = new BackupBench();
  using other = new BackupBench();
  const theirs = other.open();
  const [, forgotten] = remember(theirs, "theirs", "forgotten");
  theirs.memories.forget([forgotten!]);
  await writeBackup(theirs, bench.backup, { replace: false });
  const ofTheirs = contents(theirs);
  theirs.close();
  const store = bench.open();
  remember(store, "ours");
  store.close();
  const { hint } = await assertRefused("invalid_input", () => bench.restore());
  assert(hint!.includes(`codemem import ${bench.backup}`));
  assertEquals(bench.names(), ["backup.db", "codemem.db"]);
  Deno.removeSync(bench.database);
  const fresh = bench.open();
  const { applied, tombstones } = await importFile(fresh, bench.backup);
  assertEquals([applied, tombstones], [2, 1]);
  assertEquals(contents(fresh), ofTheirs);
  fresh.close();

  Deno.removeSync(bench.database);
  const withKey = { key: { fingerprint: "another key", deviceId: null } };
  await assertRefused(
    "invalid_input",
    () => bench.restore({ key: { fingerprint: "another key", deviceId: "another device" } }),
  );
  await bench.restore(withKey);
  const keyed = other.open();
  keyed.device.setKey({
    ...{ publicKey: "k", fingerprint: "their key", certificate: "c" },
    ...{ keyStore: "file", keyStoreNote: null },
  });
  await writeBackup(keyed, bench.backup, { replace: true });
  const theirId = keyed.deviceId;
  keyed.close();
  Deno.removeSync(bench.database);
  await assertRefused("invalid_input", () => bench.restore(withKey));
  // The same device, which has another key since.
  const rotated = { key: { fingerprint: "another key", deviceId: theirId } };
  const refusal = await assertRefused("invalid_input", () => bench.restore(rotated));
  assert(refusal.message.includes("was rotated since"));
  Deno.writeFileSync(bench.database, new Uint8Array(8_192).fill(7));
  const { hint: wayOut } = await assertRefused("invalid_input", () => bench.restore(rotated));
  assert(wayOut!.includes(`move ${bench.database}`), "no new identity begins in a damaged file");
});

Deno.test("what a command wrote after the database was lost does not keep a backup out", async () => {
  using bench = new BackupBench();
  const lost = bench.open();
  remember(lost, "zebra");
  lost.device.setKey({
    ...{ publicKey: "k", fingerprint: "its key", certificate: "c" },
    ...{ keyStore: "file", keyStoreNote: null },
  });
  await writeBackup(lost, bench.backup, { replace: false });
  const before = contents(lost);
  const { deviceId } = lost;
  lost.close();
  Deno.removeSync(bench.database);
  const begun = bench.open();
  remember(begun, "since");
  begun.close();
  const rotated = { key: { fingerprint: "its next key", deviceId } };
  await assertRefused("invalid_input", () => bench.restore(rotated));
  const restored = await bench.restore({ key: { fingerprint: "its key", deviceId } });
  assertEquals([restored.aside, restored.writtenSince], [bench.file("aside.db"), 1]);
  const after = bench.open();
  assertEquals(after.deviceId, deviceId);
  assertEquals(contents(after), before);
  const { applied } = await importFile(after, restored.aside!);
  assertEquals(applied, 1, "what was written since can be added");
  after.close();
});

Deno.test("the database of another device that somebody has put here does not keep the backup out", async () => {
  using bench = new BackupBench();
  using other = new BackupBench();
  const setKey = (store: Store, fingerprint: string) =>
    store.device.setKey({
      ...{ publicKey: "k", fingerprint, certificate: "c" },
      ...{ keyStore: "file", keyStoreNote: null },
    });
  const own = bench.open();
  setKey(own, "own key");
  remember(own, "zebra");
  await writeBackup(own, bench.backup, { replace: false });
  const { deviceId } = own;
  own.close();
  const theirs = other.open();
  setKey(theirs, "their key");
  remember(theirs, "theirs");
  await writeBackup(theirs, bench.database, { replace: true });
  theirs.close();
  const key = { fingerprint: "own key", deviceId };
  const restored = await bench.restore({ key });
  assertEquals([restored.aside, restored.writtenSince], [bench.file("aside.db"), 1]);
  const after = bench.open();
  assertEquals([after.deviceId, after.memories.search({ text: "zebra", limit: 9 }).length], [
    deviceId,
    1,
  ]);
  after.close();
});

Deno.test("after a restore no peer is said to hold this database for an older copy", async () => {
  using bench = new BackupBench();
  const refusal = { code: "device_forked", message: "an older copy" } as const;
  const store = bench.open();
  remember(store, "zebra");
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  store.peers.recordRefused(PEER.deviceId, refusal);
  const restore = async () => {
    await bench.restore({ aside: bench.file(`${crypto.randomUUID()}.db`) });
    const restored = bench.open();
    const { state, lastError } = restored.peers.find(PEER.deviceId)!;
    restored.close();
    return [state, lastError];
  };
  await writeBackup(store, bench.backup, { replace: false });
  store.close();
  assertEquals(await restore(), ["auth_failed", refusal.message], "it is the peer that has forked");
  const forked = bench.open();
  forked.lives.markForked({ restoredMs: 0 });
  forked.close();
  assertEquals(await restore(), ["never", null]);
});
