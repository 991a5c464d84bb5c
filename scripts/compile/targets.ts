/** The systems that the program is compiled for, by Deno's names of them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
] as const;

/** A system that the program is compiled for. */
export type Target = typeof TARGETS[number];

/** The target of that name, if there is one. */
export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target === name);
}
