/** What a store needs for itself, for orientation. */
import { type Bench, openHome } from "./devices.ts";
import { type Figure, median, plain } from "./figure.ts";
import { benchMemories } from "./memories.ts";

const RUNS = 5;
const QUERIES = 50;

/** Measures counting the digest anew, and searching. */
export async function* localWork({ full }: Bench): AsyncGenerator<Figure> {
  using store = await openHome(full);
  const recounts = Array.from({ length: RUNS }, () => timed(() => store.digestHolds()));
  yield plain("digest_recount", median(recounts), "ms", "all versions hashed and summed anew");
  const words = [...benchMemories(QUERIES)].map(({ title }) => title.split(" ").slice(0, 2));
  const searches = words.map((each) =>
    timed(() => store.memories.search({ text: each.join(" "), limit: 20 }))
  );
  yield plain("search", median(searches), "ms", "two words, the best 20");
}

function timed(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}
