import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { CodememError } from "../../lib/errors.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { skipUnless } from "../support/skip.ts";
import { memoryStore, TempFolder, wireOps } from "../support/stores.ts";

/** A file system of two megabytes; `undefined` where none can be made here. */
function mountSmall(folder: TempFolder): string | undefined {
  const path = folder.file("small");
  Deno.mkdirSync(path);
  return mount(["-t", "tmpfs", "-o", "size=2m", "tmpfs", path]) ? path : undefined;
}

function mount(args: string[]): boolean {
  try {
    return new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function unmount(path: string): void {
  new Deno.Command("umount", { args: [path] }).outputSync();
}

function canMount(): boolean {
  using folder = new TempFolder();
  const path = mountSmall(folder);
  if (path !== undefined) unmount(path);
  return path !== undefined;
}

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
    Deno.build.os === "linux" && canMount(),
    "needs the right to mount",
    "a full disk loses only the change that did not fit",
  ),
  fn() {
    using folder = new TempFolder();
    const small = mountSmall(folder)!;
    try {
      const path = join(small, "a.db");
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
    } finally {
      unmount(small);
    }
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
