import { defineCommand } from "../command.ts";

/** Makes this copy of a forked database the one that continues as the device. */
export const command = defineCommand({
  details:
    "For a device that is reported to have forked: another copy of its database has been used, but\n" +
    "is gone, has a new identity, or is to get one. Memories, key and pairings stay. If the other\n" +
    "copy is used again, it is reported to have forked and does not sync.",
  async run({ json }, { openStore, output }) {
    const store = await openStore();
    const wasForked = store.lives.forkedAt() !== null;
    // A peer that has not proven it may be right, and only this ends what it says.
    const wasSaidTo = wasForked ||
      store.peers.list().some(({ lastErrorCode }) => lastErrorCode === "fork_unproven");
    if (wasSaidTo) store.beginAnew();
    if (json) output.json({ device_id: store.deviceId, was_forked: wasSaidTo });
    else output.line(wasSaidTo ? "This copy continues as the device" : NOTHING_TO_DO);
  },
});

const NOTHING_TO_DO = "Nothing to do: no other copy of this database is known to be in use";
