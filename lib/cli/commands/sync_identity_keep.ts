import { defineCommand } from "../command.ts";

/** Has this copy of a database go on as the device, and no other one: after the two have forked. */
export const command = defineCommand({
  details:
    "For a device that is said to have forked, where the other copy is gone, or has a new identity\n" +
    "or is to have one. Memories, key and pairings stay. A copy that goes on all the same is told\n" +
    "that it has forked, and speaks to nobody.",
  async run({ json }, { openStore, output }) {
    const store = await openStore();
    const wasForked = store.lives.forkedAt() !== null;
    if (wasForked) store.beginAnew();
    if (json) output.json({ device_id: store.deviceId, was_forked: wasForked });
    else output.line(wasForked ? "This copy goes on as the device" : NOTHING_TO_DO);
  },
});

const NOTHING_TO_DO = "Nothing to do: no other copy of this database is known to have gone on";
