import { assertEquals } from "@std/assert";
import { TempFolder } from "../../tests/support/stores.ts";
import { type DaemonFacts, readFacts } from "./facts.ts";
import { FactsFile } from "./facts_file.ts";
import { acquireLock } from "./lock.ts";

const FACTS: DaemonFacts = {
  pid: Deno.pid,
  version: "0.0.0-test",
  startedAt: "2026-01-01T00:00:00.000Z",
  viewer: { host: "127.0.0.1", port: 1 },
  listeners: [{ address: "::", port: 2, listening: false, error: "in use", hint: null }],
  mdns: { enabled: true, active: false, error: "no interface" },
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
