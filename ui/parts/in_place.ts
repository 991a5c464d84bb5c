/** What is wrong with a field, as it is said beside it. */
import type { Problem } from "./error_note.tsx";

/** The message without the field's name and value, which are seen beside it. */
export function inPlace({ message }: Problem): string {
  const [, rule] = /^Cannot use \S+: expected (.+), got /s.exec(message) ?? [];
  return rule === undefined ? message : `Expected: ${rule}`;
}
