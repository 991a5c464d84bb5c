/** What is wrong with a field, as it is said beside it. */
import type { Problem } from "./error_note.tsx";

/** Beside the field neither its name nor what is in it has to be said. */
export function inPlace({ message }: Problem): string {
  const [, rule] = /^Cannot use \S+: expected (.+), got /s.exec(message) ?? [];
  return rule === undefined ? message : `Expected: ${rule}`;
}
