import { assert } from "@std/assert";
import { newContent } from "../../lib/model/memory.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";

/** Several pages, and longer than any delay of the loop. */
const MEMORIES = 6_000;
const CREATED_AT = "2025-01-01T00:00:00.000Z";

Deno.test("what one of three devices imports goes to each of the others once", async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using carol = await startDevice("carol");
  const devices = [alice, bob, carol];
  await pair(alice, bob);
  await pair(alice, carol);
  await pair(bob, carol);
  await eventually("all know of each other", () => devices.every((each) => agrees(each, 0)));
  importSome(alice, MEMORIES);
  await eventually(
    "all three hold the same, and know it",
    () => devices.every((each) => agrees(each, MEMORIES)) && opsMoved(devices) >= 2 * MEMORIES,
    60_000,
  );
  assert(opsMoved(devices) < 2.5 * MEMORIES, `${opsMoved(devices)} ops moved`);
});

function importSome({ store }: TestDevice, count: number): void {
  store.importVersions(Array.from({ length: count }, (_, index) => ({
    entityId: `imported:${index}`,
    content: newContent({ kind: "note", title: `t${index}`, body: "", createdAt: CREATED_AT }),
    clock: { rev: 1, updatedAt: CREATED_AT, deviceId: "elsewhere" },
    deletedAt: null,
  })));
}

/** Whether it knows of both others that they hold so many, which are all. */
function agrees({ store }: TestDevice, live: number): boolean {
  const peers = store.peers.list();
  return peers.length === 2 &&
    peers.every(({ state, identicalLive }) => state === "ok" && identicalLive === live);
}

/** Ops that came in because a device asked, and that it handed over; as far as it has recorded them. */
function opsMoved(devices: readonly TestDevice[]): number {
  return devices.flatMap(({ store }) => store.attempts.list({ limit: 1_000 }))
    .reduce((sum, { pulled, pushed }) => sum + pulled + pushed, 0);
}
