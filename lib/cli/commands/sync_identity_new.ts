import { CodememError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import { newIdentity, removalOf } from "../device/new_identity.ts";

/** Gives this device a new id and key: after the key was lost or damaged, or on a cloned machine. */
export const command = defineCommand({
  options: {
    yes: { type: "flag", summary: "confirm: every device has to be paired again" },
  },
  details:
    "For a key that is lost or damaged, and for one of two machines after cloning a disk. Memories\n" +
    "stay, and a running `codemem serve` goes on as the new device. The old key files are moved\n" +
    "aside, not deleted; a keychain keeps the old key under the old device id.",
  async run({ options, json }, context) {
    if (!options.yes) {
      throw new CodememError("usage", "A new identity ends every pairing of this device", {
        hint: "If that is what you want, run `codemem sync identity new --yes`",
      });
    }
    const former = await newIdentity(context, json);
    if (former.wasPaired) {
      context.output.note(
        `If no other machine keeps the old identity, run ${removalOf(former)} on each of them`,
      );
    }
    context.signal.throwIfAborted();
  },
});
