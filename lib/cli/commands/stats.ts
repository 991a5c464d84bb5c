import { formatDigestSum } from "../../model/digest.ts";
import type { StoreStats } from "../../store/memories/stats.ts";
import { defineCommand } from "../command.ts";
import type { Output } from "../output/output.ts";

/** Shows how much is stored. */
export const command = defineCommand({
  async run({ json }, { openStore, output }) {
    const store = await openStore();
    const stats = store.stats();
    if (json) output.json(statsJson(stats));
    else showStats(stats, output);
  },
});

function statsJson(stats: StoreStats) {
  return {
    live: stats.digest.live,
    tombstones: stats.digest.tombstones,
    digest: formatDigestSum(stats.digest.sum),
    inactive: stats.inactive,
    kinds: stats.kinds,
    projects: stats.projects,
    ops: stats.ops,
    history: stats.history,
    quarantined: stats.quarantined,
    legacy_pending: stats.legacyPending,
    database_bytes: stats.databaseBytes,
  };
}

function showStats(stats: StoreStats, output: Output): void {
  const { digest } = stats;
  output.line(`memories: ${digest.live}`);
  if (stats.inactive > 0) output.line(`set aside: ${stats.inactive}`);
  output.line(`deleted: ${digest.tombstones}`);
  output.line(`digest: ${formatDigestSum(digest.sum)}`);
  output.line(`ops: ${stats.ops}, ${stats.history} of them history`);
  if (stats.legacyPending > 0) output.line(`waiting for their op: ${stats.legacyPending}`);
  if (stats.quarantined > 0) output.line(`quarantined ops: ${stats.quarantined}`);
  output.line(`database: ${(stats.databaseBytes / 1024 / 1024).toFixed(1)} MiB`);
  showGroup("KIND", stats.kinds, output);
  showGroup("PROJECT", stats.projects, output);
}

function showGroup(title: string, counts: Readonly<Record<string, number>>, output: Output): void {
  const rows = Object.entries(counts).map(([name, count]) => [name, String(count)]);
  if (rows.length === 0) return;
  output.line();
  output.table([{ title, elastic: true }, { title: "MEMORIES" }], rows);
}
