/** What the fields of a memory may be when a person gives them, by whichever way. */

/** The kinds that agents use; any other word is one as well. */
export const USUAL_KINDS: readonly string[] = [
  ...["bugfix", "feature", "refactor", "change", "discovery", "decision", "exploration"],
];

/** What a memory is whose kind nobody has said. */
export const DEFAULT_KIND = "discovery";

/** What a kind has to be. */
export const KIND_RULE = "one word of at most 40 letters, digits, dashes and underscores";

const KIND = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,39}$/u;

/** Whether a text can be a kind: see {@link KIND_RULE}. */
export function isKind(text: string): boolean {
  return KIND.test(text);
}

/** What keeps a text from being a title, in one clause; `undefined` where nothing does. */
export function titleProblem(text: string): string | undefined {
  if (isBlank(text)) return "it is empty";
  return /[\n\r]/.test(text.trim()) ? "it has several lines" : undefined;
}

/** Whether a text says nothing. */
export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** A list of which each item counts once; `undefined` where one of them is blank. */
export function itemList(items: readonly string[]): readonly string[] | undefined {
  return items.some(isBlank) ? undefined : [...new Set(items)];
}
