import { isLocked } from "../../daemon/lock.ts";
import { counted } from "../../model/counted.ts";
import { formatDigestSum } from "../../model/digest.ts";
import { peerNames } from "../../model/peer_names.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { keyOnDisk } from "../../runtime/key_on_disk.ts";
import { removeLeftovers } from "../../store/backup/leftovers.ts";
import {
  requireRestorable,
  restoreBackup,
  type Restored,
  type RestoreOptions,
} from "../../store/backup/restore.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { absolutePath } from "../device/device_files.ts";
import { STOP_OPTION, takeDevice } from "../device/take_device.ts";

/** Restores a backup of this device. */
export const command = defineCommand({
  arguments: [{ name: "FILE", summary: "a file that `codemem backup` of this device has written" }],
  options: { stop: STOP_OPTION },
  details:
    "Replaces memories and their history by those of the backup, and keeps the present database\n" +
    "beside it. Whatever other devices hold that is newer comes back with the next sync.",
  async run({ words, options, json }, context) {
    const from = absolutePath(words[0]!);
    // Checked first: a device stopped for a file that cannot be used would stay stopped.
    if (options.stop && await isLocked(context.paths.lock)) {
      await requireRestorable(restoreOptions(from, context));
    }
    const lock = await takeDevice(context, {
      stop: options.stop,
      running: "codemem serve is running on this database",
    });
    try {
      await removeLeftovers(context.paths.database);
      const restoring = restoreOptions(from, context);
      const restored = await restoreBackup(restoring);
      await context.announceChange();
      if (json) context.output.json(restoredJson(restored));
      else show(restored, context);
      if (restored.pairings.length > 0) tellOfTrust(restored, restoring.key !== null, context);
    } finally {
      lock.release();
    }
  },
});

function restoreOptions(from: string, context: CommandContext): RestoreOptions {
  const { paths, nowMs } = context;
  const stamp = formatTimestamp(nowMs()).replaceAll(/[:.]/g, "-");
  return {
    from,
    database: paths.database,
    aside: `${paths.database}.before-restore-${stamp}`,
    key: keyOnDisk(paths.keys),
    nowMs,
  };
}

function restoredJson({ digest, aside, writtenSince, pairings }: Restored) {
  const { live, tombstones, sum } = digest;
  const counts = { live, tombstones, digest: formatDigestSum(sum) };
  return {
    ...counts,
    kept_as: aside,
    written_since: writtenSince,
    pairings_restored: pairings.length > 0,
  };
}

function show({ digest, aside, writtenSince }: Restored, { output }: CommandContext): void {
  output.line(`Restored ${counted(digest.live, "memory")}`);
  if (aside === null) return;
  output.line(`What was here is kept as ${aside}`);
  if (writtenSince === 0) return;
  output.note(
    `hint: To add what that holds (${
      counted(writtenSince, "memory")
    }), run \`codemem import ${aside}\``,
  );
}

/** The pairings are worth nothing without the key that the other devices know. */
function tellOfTrust(
  { pairings }: Restored,
  hasKey: boolean,
  { output, paths }: CommandContext,
): void {
  if (!hasKey) {
    output.warn(`the key of this device is not in a backup, and none is in ${paths.keys}`);
    output.note(
      "hint: If it is lost, run `codemem sync identity new --yes`, and pair this device again",
    );
    return;
  }
  output.warn(
    "the pairings are those of the backup: a device that was removed since is trusted again",
  );
  output.note("hint: Run `codemem sync peers list`, and remove what should not be there");
  const names = [...peerNames(pairings).values()].join(", ");
  output.warn(
    `the keys of ${names} are those of the backup, too: one that was rotated away since is trusted ` +
      "here until its device has been in touch",
  );
  output.note(
    "hint: Run `codemem sync once` while they run: they prove which keys they have by now",
  );
}
