import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { CodememError } from "../../lib/errors.ts";
import { writeBackup } from "../../lib/store/backup/back_up.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { skipUnless } from "../support/skip.ts";
import { canMountSmallDisk, mountSmallDisk } from "../support/system/small_disk.ts";
import { memoryStore, TempFolder, wireOps } from "../support/devices/stores.ts";

function fill(store: Store): CodememError {
  const body = "no word of it twice ".repeat(500);
  return assertThrows(() => {
    for (let count = 0; count < 1_000; count++) {
      store.memories.remember({ kind: "note", title: `${count}`, body });
    }
  }, CodememError);
}

Deno.test({
  ...skipUnless(
    canMountSmallDisk(),
    "needs the right to mount",
    "a full disk loses only the change that did not fit",
  ),
  fn() {
    using folder = new TempFolder();
    using disk = mountSmallDisk(folder)!;
    const path = join(disk.path, "a.db");
    const store = openStore({ path });
    const error = fill(store);
    assertEquals(error.code, "database_full");
    const before = store.stats();
    assertEquals(before.digest.live, before.ops);
    checkWhole(store);
    const batch = largeBatch();
    const refused = assertThrows(() => store.apply(batch, { peerDeviceId: "p" }), CodememError);
    assertEquals(refused.code, "database_full");
    assertEquals(store.stats().digest, before.digest);
    checkWhole(store);
    store.close();
    const again = openStore({ path });
    assertEquals(again.stats().digest, before.digest);
    checkWhole(again);
    again.close();
  },
});

Deno.test({
  ...skipUnless(
    canMountSmallDisk(),
    "needs the right to mount",
    "a backup that does not fit says which disk is full, and leaves nothing there",
  ),
  async fn() {
    using folder = new TempFolder();
    using disk = mountSmallDisk(folder)!;
    const store = openStore({ path: folder.file("a.db") });
    const body = "no word of it twice ".repeat(50_000);
    for (const title of ["1", "2"]) store.memories.remember({ kind: "note", title, body });
    const path = join(disk.path, "a.backup");
    const error = await assertRejects(
      () => writeBackup(store, path, { replace: false }),
      CodememError,
    );
    assertEquals(error.code, "database_full");
    assertStringIncludes(error.message, path);
    assertEquals([...Deno.readDirSync(disk.path)], []);
    store.close();
  },
});

function checkWhole(store: Store): void {
  assertEquals(store.integrityProblems(), []);
  assert(store.digestHolds());
}

function largeBatch() {
  const peer = memoryStore();
  const body = "a text of a peer ".repeat(60_000);
  for (const title of ["1", "2"]) peer.memories.remember({ kind: "note", title, body });
  return wireOps(peer);
}
