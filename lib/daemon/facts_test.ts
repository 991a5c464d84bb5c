import { assertEquals, assertRejects } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import {
  canMountSmallDisk,
  fillDisk,
  mountSmallDisk,
} from "../../tests/support/system/small_disk.ts";
import { type DaemonFacts, lookAtDaemon, readFacts } from "./facts.ts";
import { FactsFile } from "./facts_file.ts";
import { acquireLock } from "./lock.ts";

const FACTS: DaemonFacts = {
  pid: Deno.pid,
  version: "0.0.0-test",
  startedAt: "2026-01-01T00:00:00.000Z",
  viewer: { host: "127.0.0.1", port: 1 },
  listeners: [{ address: "::", port: 2, listening: false, error: "in use", hint: null }],
  mdns: { enabled: true, active: false, error: "no interface" },
  fingerprint: "ab",
  syncError: { code: "port_in_use", message: "in use", hint: "end it" },
  asService: true,
  fault: { at: "2026-01-01T00:00:01.000Z", message: "it broke" },
};

Deno.test("facts are those of the process that holds the lock, and of no other", async () => {
  using folder = new TempFolder();
  const paths = { lock: folder.file("daemon.lock"), daemonFacts: folder.file("daemon.json") };
  const file = new FactsFile(paths.daemonFacts);
  await file.write(FACTS);
  assertEquals(await readFacts(paths), undefined, "nobody holds the lock");
  const lock = await acquireLock(paths.lock);
  assertEquals(await readFacts(paths), FACTS);
  await file.write({ ...FACTS, pid: Deno.pid + 1 });
  assertEquals(await readFacts(paths), undefined, "they are of an earlier process");
  await file.remove();
  assertEquals(await readFacts(paths), undefined);
  lock.release();
});

Deno.test("facts that are damaged are not no daemon, and are written anew though they have not changed", async () => {
  using folder = new TempFolder();
  const paths = { lock: folder.file("daemon.lock"), daemonFacts: folder.file("daemon.json") };
  assertEquals(await lookAtDaemon(paths), { state: "stopped" });
  const lock = await acquireLock(paths.lock);
  const file = new FactsFile(paths.daemonFacts);
  await file.write(FACTS);
  assertEquals(await lookAtDaemon(paths), { state: "running", facts: FACTS });
  await Deno.writeTextFile(paths.daemonFacts, '{"pid":');
  assertEquals(await lookAtDaemon(paths), { state: "unreadable", pid: Deno.pid });
  await file.write(FACTS);
  assertEquals(await lookAtDaemon(paths), { state: "running", facts: FACTS });
  lock.release();
});

Deno.test({
  ...skipUnless(
    canMountSmallDisk(),
    "needs the right to mount",
    "on a full disk facts are the present ones or none, never those of before",
  ),
  async fn() {
    using folder = new TempFolder();
    using disk = mountSmallDisk(folder)!;
    const paths = { lock: `${disk.path}/daemon.lock`, daemonFacts: `${disk.path}/daemon.json` };
    const lock = await acquireLock(paths.lock);
    const file = new FactsFile(paths.daemonFacts);
    await file.write(FACTS);
    fillDisk(disk.path);
    const full = { ...FACTS, fault: { at: FACTS.startedAt, message: "the disk is full" } };
    await file.write(full);
    assertEquals(await readFacts(paths), full);
    const endless = { ...full, version: "x".repeat(10_000) };
    await assertRejects(() => file.write(endless));
    assertEquals(await lookAtDaemon(paths), { state: "unreadable", pid: Deno.pid });
    await file.write(full).catch(() => {});
    Deno.removeSync(`${disk.path}/fill-65536-0`);
    await file.write(endless);
    assertEquals(await readFacts(paths), endless);
    lock.release();
  },
});
