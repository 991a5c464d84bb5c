/** The branches of `case` statements, which bash and zsh have in common. */
import { type Completed, type CompletedWord, forms, type Place, quoted } from "./words.ts";

/** How a shell offers what may follow: lines of its own language. */
export interface Offers {
  readonly files: string;
  readonly words: (words: readonly CompletedWord[]) => string;
}

/** Branches, a line each; `names` is one pattern. */
export interface Branches {
  /** `0:name`, for every beginning of a name, before any argument. */
  readonly names: string;
  /** `name option`: what its value may be. */
  readonly values: readonly string[];
  /** `name`: its options. */
  readonly options: readonly string[];
  /** `name:count`: what the argument may be that follows so many. */
  readonly places: readonly string[];
}

/** Writes the branches for all that may follow each beginning of a command line. */
export function branches(all: readonly Completed[], offers: Offers): Branches {
  const names = all.filter(({ name }) => name !== "").map(({ name }) => quoted(`0:${name}`));
  return {
    names: names.join("|"),
    values: all.flatMap((each) => valueBranches(each, offers)),
    options: all.map((each) => optionBranch(each, offers)),
    places: all.flatMap((each) => placeBranches(each, offers)),
  };
}

function valueBranches({ name, options }: Completed, offers: Offers): string[] {
  return options.flatMap((option) => {
    const action = option.value && offer(option.value, offers);
    if (action === undefined) return [];
    return `${forms(option).map((form) => quoted(`${name} ${form}`)).join("|")}) ${action} ;;`;
  });
}

function optionBranch({ name, options }: Completed, { words }: Offers): string {
  const offered = options.flatMap((option) =>
    forms(option).map((word) => ({ word, summary: option.summary }))
  );
  return `${quoted(name)}) ${words(offered)} ;;`;
}

function placeBranches({ name, next, places, isOpen }: Completed, offers: Offers): string[] {
  if (next.length > 0) return [`${quoted(`${name}:0`)}) ${offers.words(next)} ;;`];
  return places.flatMap((place, index) => {
    const action = offer(place, offers);
    if (action === undefined) return [];
    const anyCount = isOpen && index === places.length - 1;
    return [`${anyCount ? `${quoted(`${name}:`)}*` : quoted(`${name}:${index}`)}) ${action} ;;`];
  });
}

/** Nothing where anything at all may stand. */
function offer(place: Place, { files, words }: Offers): string | undefined {
  if (place.kind === "file") return files;
  if (place.kind === "text") return undefined;
  return words(place.words.map((word) => ({ word, summary: "" })));
}

/** Lines below each other, that far in. */
export function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}
