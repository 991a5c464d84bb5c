/** Whether this user may write where the files of this device are. */
import { dirname } from "node:path";
import type { Paths } from "../config/paths.ts";
import { type DeviceCheck, failed, type Judgement, ok, skipped } from "./finding.ts";
import type { ProgramOutput } from "./port_owner.ts";

/** What is seen of a folder; `isWritable` is `undefined` where it could not be found out. */
export interface FolderState {
  readonly folder: string;
  readonly isWritable: boolean | undefined;
}

/** The checks of a device's folders; of a folder yet to be made, its nearest existing parent is checked. */
export function folderChecks(
  { database, config }: Paths,
  programOutput: ProgramOutput,
): DeviceCheck[] {
  return [...new Set([dirname(database), dirname(config)])].map((folder) => ({
    check: "folder" as const,
    subject: folder,
    run: async () => judgeFolder(await seeFolder(folder, programOutput)),
  }));
}

/** Judges whether a folder can be written. */
function judgeFolder({ folder, isWritable }: FolderState): Judgement {
  if (isWritable === undefined) return skipped("whether it can be written is not known");
  if (isWritable) return ok("it can be written");
  return failed(
    `${folder} cannot be written`,
    "Make it a folder of this user on a disk that is not read-only, or name another one with " +
      "CODEMEM_HOME",
  );
}

/**
 * The system is asked, and nothing is written: neither the permission bits nor the user tell of a disk
 * that is read-only.
 */
async function seeFolder(folder: string, programOutput: ProgramOutput): Promise<FolderState> {
  const script = 'p=$0; while [ ! -e "$p" ]; do p=$(dirname "$p"); done; ' +
    'if [ -d "$p" ] && [ -w "$p" ] && [ -x "$p" ]; then echo yes; else echo "no $p"; fi';
  const answer = (await programOutput("sh", ["-c", script, folder]))?.trim();
  if (answer === undefined || answer === "") return { folder, isWritable: undefined };
  return answer === "yes"
    ? { folder, isWritable: true }
    : { folder: answer.slice("no ".length), isWritable: false };
}
