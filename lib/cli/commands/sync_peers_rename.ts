import { CodememError } from "../../errors.ts";
import { cleanDeviceName, MAX_DEVICE_NAME } from "../../model/device.ts";
import { defineCommand } from "../command.ts";

/** Gives a peer another name on this device. */
export const command = defineCommand({
  arguments: [
    { name: "PEER", summary: "a name or id" },
    { name: "NEW-NAME", summary: "its name on this device" },
  ],
  async run({ words, json }, { openStore, output }) {
    const store = await openStore();
    const peer = store.peers.resolve(words[0]!);
    const name = cleanDeviceName(words[1]!);
    if (name === undefined || name !== words[1]!.trim()) {
      throw new CodememError(
        "invalid_input",
        "A name is one line of 1 to " +
          `${MAX_DEVICE_NAME} characters`,
        { hint: `${peer.name} keeps the name that it has` },
      );
    }
    store.peers.rename(peer.deviceId, name);
    if (json) output.json({ peer_device_id: peer.deviceId, name });
    else output.line(`${peer.name} is now called ${name}`);
  },
});
