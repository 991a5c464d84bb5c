import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { memoryStore, TempFolder } from "../../tests/support/devices/stores.ts";
import { CodememError } from "../errors.ts";
import { openStore } from "./store.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };
const BOB = { deviceId: "bob-1234", name: "bob", fingerprint: "f1", publicKey: "k1" };

Deno.test("every change of memories and peers is told, and nothing else", () => {
  const store = memoryStore();
  let told = 0;
  const end = store.subscribe(() => told++);
  const changes: readonly [what: string, change: () => void, isTold: boolean][] = [
    ["remember", () => store.memories.remember(DRAFT), true],
    ["pin", () => store.peers.pin(BOB, { addresses: [], replaceKey: false }), true],
    ["rename", () => store.peers.rename(BOB.deviceId, "robert"), true],
    ["seen", () => store.peers.recordSeen(BOB.deviceId), false],
    ["no legacy rows", () => store.logLegacySlice(), false],
    ["recent", () => store.memories.recent({ limit: 1 }), false],
    ["remove", () => store.peers.remove(BOB.deviceId), true],
  ];
  for (const [what, change, isTold] of changes) {
    const before = told;
    change();
    assertEquals(told > before, isTold, what);
  }
  end();
  const before = told;
  store.memories.remember(DRAFT);
  assertEquals(told, before);
});

Deno.test("a change that comes to nothing is not told", () => {
  const store = memoryStore();
  let told = 0;
  store.subscribe(() => told++);
  assertThrows(() => store.memories.forget(["nothing"]), CodememError);
  assertEquals(told, 0);
});

Deno.test("what another process changes shows, what this one does not", () => {
  using folder = new TempFolder();
  const [here, there] = [1, 2].map(() => openStore({ path: folder.file("a.db") }));
  const before = here!.foreignChanges();
  here!.memories.remember(DRAFT);
  assertEquals(here!.foreignChanges(), before);
  there!.memories.remember(DRAFT);
  assertNotEquals(here!.foreignChanges(), before);
  assert(here!.foreignChanges() === here!.foreignChanges());
  for (const store of [here!, there!]) store.close();
});
