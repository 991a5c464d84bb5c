/** How often the threads of a process wake up, as Linux counts it (proc(5)); none elsewhere. */

/** Each thread's name and how often it has given up the processor by itself, by thread id. */
export type WakeUps = ReadonlyMap<string, { readonly thread: string; readonly count: number }>;

/** What the threads have counted since they began. */
export function wakeUps(pid: number): WakeUps {
  if (Deno.build.os !== "linux") return new Map();
  const folder = `/proc/${pid}/task`;
  return new Map(
    [...Deno.readDirSync(folder)].map(({ name: id }) => {
      const status = Deno.readTextFileSync(`${folder}/${id}/status`);
      const thread = /^Name:\t(.*)$/m.exec(status)![1]!;
      const count = Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)![1]);
      return [id, { thread: id === String(pid) ? `${thread} (main)` : thread, count }];
    }),
  );
}

/** How often the threads of each name woke up between two counts, the busiest first. */
export function wokenBetween(before: WakeUps, after: WakeUps): Record<string, number> {
  const woken: Record<string, number> = {};
  for (const [id, { thread, count }] of after) {
    const times = count - (before.get(id)?.count ?? 0);
    if (times > 0) woken[thread] = (woken[thread] ?? 0) + times;
  }
  return Object.fromEntries(Object.entries(woken).sort(([, a], [, b]) => b - a));
}

/** All of them together. */
export function total(woken: Readonly<Record<string, number>>): number {
  return Object.values(woken).reduce((sum, times) => sum + times, 0);
}
