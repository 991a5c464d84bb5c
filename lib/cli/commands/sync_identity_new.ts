import { CodememError } from "../../errors.ts";
import { defineCommand } from "../command.ts";
import { newIdentity, removalOf } from "../device/new_identity.ts";

/** Makes this device another one: for a lost or damaged key, and for a cloned machine. */
export const command = defineCommand({
  options: { yes: { type: "flag", summary: "do it: every device must be paired again" } },
  details:
    "Memories stay, and a codemem serve that runs goes on as the new device. The old key files are\n" +
    "moved aside, not deleted; a keychain keeps the old key under the old device id.",
  async run({ options, json }, context) {
    if (!options.yes) {
      throw new CodememError("usage", "A new identity ends every pairing of this device", {
        hint: "If that is what you want, run `codemem sync identity new --yes`",
      });
    }
    const former = await newIdentity(context, json);
    if (!former.wasPaired) return;
    context.output.note(
      `Where no other machine goes on as the old one, run ${removalOf(former)} on each of them`,
    );
  },
});
