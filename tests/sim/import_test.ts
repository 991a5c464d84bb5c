import { assertEquals } from "@std/assert";
import { newContent } from "../../lib/model/memory.ts";
import type { SimDevice } from "./sim_device.ts";
import { pass, twoDevices } from "./two_devices.ts";

const IMPORTED_AT = "2025-01-01T00:00:00.000Z";

function importSome({ store }: SimDevice, count: number): void {
  const candidates = Array.from({ length: count }, (_, index) => ({
    entityId: `imported:${index}`,
    content: newContent({ kind: "note", title: `t${index}`, body: "", createdAt: IMPORTED_AT }),
    clock: { rev: 1, updatedAt: IMPORTED_AT, deviceId: "elsewhere" },
    deletedAt: null,
  }));
  store.importVersions(candidates);
}

for (const atRequest of [1, 2, 3, 4]) {
  Deno.test(`what is imported during a pass is handed over in it (request ${atRequest})`, async () => {
    let requests = 0;
    const [a, b] = await twoDevices({
      onTransit: () => {
        if (++requests === atRequest) importSome(a, 1_200);
      },
    });
    a.store.memories.remember({ kind: "note", title: "here", body: "" });
    b.store.memories.remember({ kind: "note", title: "there", body: "" });
    const { identical, divergent, state } = await pass(a, b);
    assertEquals([identical, divergent, state], [true, [], "ok"]);
    assertEquals(b.store.stats().digest.live, 1_202);
    // What reads both logs from their starts is for what cursors cannot explain.
    assertEquals(a.store.peers.find(b.deviceId)?.reconciledAt, null);
  });
}
