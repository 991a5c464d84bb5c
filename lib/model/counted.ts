const PLURALS: Readonly<Record<string, string>> = {
  memory: "memories",
  "new memory": "new memories",
  address: "addresses",
};

/**
 * A number of things in words: "1 memory", "24,378 memories".
 *
 * @param noun the word for one of them
 */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${count === 1 ? noun : PLURALS[noun] ?? `${noun}s`}`;
}

/** A whole number with its digits in groups: "24,378". */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
