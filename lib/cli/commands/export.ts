import { plainJson } from "../output/plain_text.ts";
import { defineCommand } from "../command.ts";

/** Writes all memories, one a line or as one array, as they are read. */
export const command = defineCommand({
  details:
    "Without --json one memory a line (JSON Lines), with it one array. Both can be imported.",
  options: {
    "include-deleted": { type: "flag", summary: "also what is left of deleted memories" },
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
