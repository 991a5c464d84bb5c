import { CodememError } from "../../errors.ts";
import { counted } from "../../model/counted.ts";
import { formatDigestSum } from "../../model/digest.ts";
import { writeBackup } from "../../store/backup/back_up.ts";
import { absolutePath, requireDatabase, warnOfFolder } from "../device/device_files.ts";
import { defineCommand } from "../command.ts";

/** Writes the whole database into one file. */
export const command = defineCommand({
  arguments: [{ name: "FILE", summary: "the file to write" }],
  options: { force: { type: "flag", summary: "replace the file if it exists" } },
  details:
    "The device may run in the meantime. The file holds memories, history and pairings, but\n" +
    "not the private key. `codemem restore FILE` restores it.",
  async run({ words, options, json }, context) {
    const path = absolutePath(words[0]!);
    await requireDatabase(
      context,
      () =>
        new CodememError("not_found", "There is no database on this device yet", {
          hint: "`codemem remember TEXT` stores the first memory",
        }),
    );
    const store = await context.openStore({ keepsPermissions: true });
    const { digest, bytes, exposedIn } = await writeBackup(store, path, { replace: options.force });
    const { live, tombstones } = digest;
    if (json) {
      context.output.json({ path, bytes, live, tombstones, digest: formatDigestSum(digest.sum) });
    } else context.output.line(`Backed up ${counted(live, "memory")} to ${path}`);
    if (exposedIn !== null) warnOfFolder(exposedIn, context.output);
  },
});
