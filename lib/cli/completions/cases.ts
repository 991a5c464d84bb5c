/** The branches of `case` statements, which bash and zsh have in common. */
import { type Completed, type CompletedWord, forms, type Place, quoted } from "./words.ts";

/** How a shell offers words: a line of its own language. */
export type OfferWords = (words: readonly CompletedWord[]) => string;

/** How a shell offers what may stand in a place; not at all where that is anything. */
export type Offer = (place: Place) => string | undefined;

/** Branches for `name option`: what its value may be. */
export function valueCases(all: readonly Completed[], offer: Offer): string[] {
  return all.flatMap(({ name, options }) =>
    options.flatMap((option) => {
      const action = option.value && offer(option.value);
      if (action === undefined) return [];
      return branch(forms(option).map((form) => `${name} ${form}`), action);
    })
  );
}

/** Branches for `name`: its options. */
export function optionCases(all: readonly Completed[], offerWords: OfferWords): string[] {
  return all.map(({ name, options }) => {
    const words = options.flatMap((option) =>
      forms(option).map((word) => ({ word, summary: option.summary }))
    );
    return branch([name], offerWords(words));
  });
}

/** Branches for `name:count`: what the argument may be that follows so many. */
export function placeCases(
  all: readonly Completed[],
  { offer, offerWords }: { readonly offer: Offer; readonly offerWords: OfferWords },
): string[] {
  return all.flatMap(({ name, next, places, isOpen }) => {
    if (next.length > 0) return [branch([`${name}:0`], offerWords(next))];
    return places.flatMap((place, index) => {
      const action = offer(place);
      if (action === undefined) return [];
      const anyCount = isOpen && index === places.length - 1;
      return [
        anyCount ? `${quoted(`${name}:`)}*) ${action} ;;` : branch([`${name}:${index}`], action),
      ];
    });
  });
}

function branch(patterns: readonly string[], action: string): string {
  return `${patterns.map(quoted).join("|")}) ${action} ;;`;
}

/** The pattern for the beginnings of names, before any argument. */
export function namePattern(all: readonly Completed[]): string {
  return all.filter(({ name }) => name !== "").map(({ name }) => quoted(`0:${name}`)).join("|");
}

/** Lines below each other, that far in. */
export function indented(lines: readonly string[], columns: number): string {
  return lines.map((line) => " ".repeat(columns) + line).join("\n");
}
