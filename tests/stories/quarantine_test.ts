import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openStore } from "../../lib/store/store.ts";
import { memoryStore, wireOps } from "../support/devices/stores.ts";
import { Home } from "../support/devices/home.ts";

interface QuarantineJson {
  readonly quarantined: number;
  readonly left: number | null;
  readonly quarantined_ops: readonly { readonly op_id: string; readonly reason: string }[];
}

/** A home that has set aside an op which it can apply by now, and one that it cannot. */
async function quarantined(): Promise<Home> {
  const home = await Home.make();
  await home.text("remember", "here before");
  const writer = memoryStore();
  writer.memories.remember({ kind: "note", title: "understood by now", body: "text" });
  const op = wireOps(writer)[0]!;
  const store = openStore({ path: home.path("codemem.db") });
  const strange = { op_type: "archive" };
  store.apply([{ ...op, ...strange }, { ...op, ...strange, op_id: "b" }], { peerDeviceId: "bob" });
  store.close();
  const database = new DatabaseSync(home.path("codemem.db"));
  database.prepare("UPDATE sync_quarantine SET raw = ? WHERE op_id <> 'b'").run(JSON.stringify(op));
  database.close();
  return home;
}

Deno.test("ops in quarantine are listed, retried, and discarded", async () => {
  await using home = await quarantined();
  assertStringIncludes(await home.text("sync", "status"), "2 ops could not be applied");
  assertMatch(await home.text("sync", "quarantine"), /^b .*unknown_op_type: made by a newer/m);
  const retried = await home.json<QuarantineJson>("sync", "quarantine", "--retry");
  assertEquals([retried.left, retried.quarantined], [1, 1]);
  assertEquals(retried.quarantined_ops.map(({ op_id }) => op_id), ["b"]);
  assertStringIncludes(await home.text("recent"), "understood by now");
  const unsure = await home.run(["sync", "quarantine", "--drop"]);
  assertEquals([unsure.code, unsure.stdout], [2, ""]);
  assertStringIncludes(unsure.stderr, "`codemem sync quarantine --drop --yes`");
  assertEquals((await home.json<QuarantineJson>("sync", "quarantine")).quarantined, 1);
  assertStringIncludes(await home.text("sync", "quarantine", "--drop", "--yes"), "1 op discarded");
  const { quarantined: none, left } = await home.json<QuarantineJson>("sync", "quarantine");
  assertEquals([none, left], [0, null]);
  const empty = await home.run(["sync", "quarantine"]);
  assertEquals([empty.stdout, empty.stderr], ["", "The quarantine is empty\n"]);
  assert((await home.text("recent")).includes("here before"));
});

Deno.test("what is listed of a quarantine is bounded, and both at once is refused", async () => {
  await using home = await quarantined();
  const listed = await home.run(["sync", "quarantine", "--limit", "1"]);
  assertStringIncludes(listed.stderr, "1 op more; --limit");
  const both = await home.run(["sync", "quarantine", "--retry", "--drop"]);
  assertEquals(both.code, 2);
  assertEquals((await home.json<QuarantineJson>("sync", "quarantine")).quarantined, 2);
});
