import { assertEquals } from "@std/assert";
import { Database } from "../../lib/store/database.ts";
import { headText, TempFolder, wireOps } from "../support/devices/stores.ts";
import type { SimDevice } from "./sim_device.ts";
import { attempt, pass, twoDevices } from "./two_devices.ts";

const DRAFT = { kind: "note", title: "t", body: "b" };
/** Leaves a memory on A that B can never take: its op's id stands for another op there. */
function makeUnacceptable(a: SimDevice, b: SimDevice): string {
  const { id } = a.store.memories.remember({ ...DRAFT, title: "cannot be taken" });
  const other = b.store.memories.remember(DRAFT);
  const [ofA] = wireOps(a.store).filter(({ entity_id: entity }) => entity === id);
  const [ofB] = wireOps(b.store).filter(({ entity_id: entity }) => entity === other.id);
  b.store.apply([{ ...ofB, op_id: ofA!.op_id, entity_id: "occupant" }], {
    peerDeviceId: a.deviceId,
  });
  return id;
}

Deno.test("a difference that cannot be resolved is named, and it alone", async () => {
  const [a, b] = await twoDevices();
  const lost = a.store.memories.remember({ ...DRAFT, title: "lost by B" });
  const id = makeUnacceptable(a, b);
  // A believes that B has taken everything, as after a restore of B.
  a.store.cursors.move(a.store.peers.find(b.deviceId)!, { pushed: headText(a.store) });
  const { identical, divergent, state } = await pass(a, b);
  assertEquals(b.store.memories.find(lost.id)?.title, "lost by B");
  assertEquals([identical, [...divergent], state], [false, [id, "occupant"].sort(), "error"]);
  a.close();
  b.close();
});

Deno.test("a memory of which the peer has a version that cannot be read here is named", async () => {
  using folder = new TempFolder();
  const [a, b] = await twoDevices({ folder });
  const { id } = b.store.memories.remember(DRAFT);
  // What a newer version of the program may log.
  const newer = new Database(folder.file("b.db"));
  newer.run("UPDATE replication_ops SET entity_type = 'bookmark' WHERE entity_id = ?", id);
  newer.close();
  const { identical, divergent, state, behind } = await pass(a, b);
  assertEquals([identical, [...divergent], state, behind], [false, [id], "error", 1]);
  assertEquals(a.store.quarantine.count(), 1);
  a.close();
  b.close();
});

Deno.test("a device that was restored is given back what it had taken, though it never dials", async () => {
  using folder = new TempFolder();
  const [a, b] = await twoDevices({ folder });
  b.backUp();
  const { id } = a.store.memories.remember(DRAFT);
  assertEquals((await pass(a, b)).identical, true);
  b.restore();
  assertEquals(b.store.memories.find(id), undefined);
  assertEquals((await pass(a, b)).identical, true);
  assertEquals(b.store.memories.find(id)?.title, DRAFT.title);
  a.close();
  b.close();
});

Deno.test("a device that was restored asks for what it had handed over itself, and gets it back", async () => {
  using folder = new TempFolder();
  const [a, b] = await twoDevices({ folder });
  a.store.memories.remember({ ...DRAFT, title: "so that B has a place in A's log" });
  await pass(b, a);
  b.backUp();
  const { id } = b.store.memories.remember(DRAFT);
  assertEquals((await pass(b, a)).identical, true);
  b.restore();
  assertEquals(b.store.memories.find(id), undefined);
  assertEquals((await pass(b, a)).identical, true);
  assertEquals(b.store.memories.find(id)?.title, DRAFT.title);
  a.close();
  b.close();
});

Deno.test("a device that was restored by hand is spoken to by nobody, whichever of the two calls", async () => {
  for (const caller of ["A", "B"]) {
    using folder = new TempFolder();
    const [a, b] = await twoDevices({ folder });
    b.backUp();
    const { id } = a.store.memories.remember(DRAFT);
    const lost = b.store.memories.remember(DRAFT);
    await pass(a, b);
    b.restoreByHand();
    b.store.memories.remember({ ...DRAFT, title: "at a place that A has read already" });
    const { error } = caller === "A" ? await attempt(a, b) : await attempt(b, a);
    assertEquals(error?.code, "device_forked");
    assertEquals(b.store.memories.find(id), undefined);
    assertEquals([...a.store.memories.all()].map((each) => each.id).sort(), [id, lost.id].sort());
    const seen = a.store.peers.find(b.deviceId)!;
    assertEquals([seen.state, seen.lastErrorCode], ["auth_failed", "device_forked"]);
    assertEquals(b.store.lives.forkedAt() !== null, true);
    assertEquals((await attempt(b, a)).error?.code, "device_forked", "for good");
    a.close();
    b.close();
  }
});

Deno.test("what a restored device writes at places of its log that were read already is found", async () => {
  using folder = new TempFolder();
  const [a, b] = await twoDevices({ folder });
  b.backUp();
  const before = ["1", "2"].map((title) => b.store.memories.remember({ ...DRAFT, title }).id);
  await pass(a, b);
  b.restore();
  const after = ["3", "4"].map((title) => b.store.memories.remember({ ...DRAFT, title }).id);
  assertEquals((await pass(a, b)).identical, true);
  for (const { store } of [a, b]) {
    const ids = [...store.memories.all()].map(({ id }) => id);
    assertEquals(ids.sort(), [...before, ...after].sort());
  }
  a.close();
  b.close();
});
