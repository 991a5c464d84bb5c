/** Memories of the size and the words that agents write, the same ones in every run. */
import { type MemoryContent, newContent } from "../../lib/model/memory.ts";

const SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu wa xe yi zo tra ple sti con der";
const VOCABULARY = 4_000;
const KINDS = ["bugfix", "feature", "refactor", "change", "discovery", "decision"];
const PROJECTS = ["atlas", "borealis", "cinder"];

/** So many memories of about one kilobyte each. */
export function* benchMemories(count: number): Generator<MemoryContent> {
  const random = randomNumbers(7);
  const syllables = SYLLABLES.split(" ");
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  const vocabulary = Array.from(
    { length: VOCABULARY },
    () => Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables)).join(""),
  );
  // A few words are frequent and most are rare, as in any language.
  const word = () => vocabulary[Math.floor(VOCABULARY * random() ** 3)]!;
  const words = (length: number) => Array.from({ length }, word).join(" ");
  for (let index = 0; index < count; index++) {
    yield newContent({
      kind: pick(KINDS),
      title: `${words(6)} ${index}`,
      body: `${words(50)}.\n\n${words(15)}: \`${word()}_${word()}(${word()})\`.`,
      narrative: `${words(20)}.`,
      facts: [words(6), words(6)],
      concepts: [word(), word()],
      filesRead: [`src/${word()}/${word()}.ts`],
      filesModified: [`src/${word()}/${word()}.ts`],
      tags: [word()],
      project: pick(PROJECTS),
      confidence: 0.5 + Math.floor(random() * 50) / 100,
      createdAt: new Date(1_750_000_000_000 + index * 60_000).toISOString(),
    });
  }
}

/** A linear congruential generator (Numerical Recipes): plenty for words. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
