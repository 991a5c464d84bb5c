import { plainJson } from "../output/plain_text.ts";
import { defineCommand } from "../command.ts";

/** Writes all memories, one per line or as one array, while they are read. */
export const command = defineCommand({
  details:
    "Writes one memory per line (JSON Lines), or one array with --json. Both can be imported.",
  options: {
    "include-deleted": { type: "flag", summary: "include ids and times of deleted memories" },
  },
  async run({ options, json }, { openStore, output }) {
    const { exportMemories } = await import("../../store/memories/export.ts");
    const store = await openStore();
    const records = exportMemories(store, { includeDeleted: options["include-deleted"] });
    let separator = json ? "[" : "";
    for (const record of records) {
      output.raw(`${separator}${plainJson(record)}${json ? "" : "\n"}`);
      if (json) separator = ",\n";
    }
    if (json) output.raw(separator === "[" ? "[]\n" : "]\n");
  },
});
