import { clockTime } from "../../model/clock_time.ts";
import { defineCommand } from "../command.ts";

/** Ends the trust in a peer. */
export const command = defineCommand({
  arguments: [{ name: "PEER", summary: "a name or id" }],
  details:
    "Requests of the device are refused from now on, until it is paired again. Memories that it\n" +
    "has sent stay.",
  async run({ words, json }, { openStore, output, nowMs }) {
    const store = await openStore();
    const peer = store.peers.resolve(words[0]!);
    store.peers.remove(peer.deviceId);
    if (json) output.json({ peer_device_id: peer.deviceId, removed: true });
    else output.line(`Removed ${peer.name}`);
    const openUntil = store.invites.openUntil();
    if (openUntil !== null) {
      output.warn(
        `an invitation can be used until ${clockTime(openUntil, nowMs())}, ` +
          `by ${peer.name} too if it has it`,
      );
    }
    if (store.peers.list().length === 0) return;
    output.note(
      "What it writes still arrives through any device that trusts it: run " +
        `\`codemem sync peers remove ${peer.deviceId}\` on the others, too`,
    );
  },
});
