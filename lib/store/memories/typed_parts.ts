/** Typed text, taken apart into what is searched for. */

/** A word, or what stands between double quotes. */
export interface TypedPart {
  /** As it was typed, without the quotes. */
  readonly literal: string;
  readonly isPhrase: boolean;
}

/** The parts of typed text, in order; what holds neither a letter nor a digit is left out. */
export function typedParts(text: string): TypedPart[] {
  return [...text.matchAll(/"([^"\0]*)"|([^\s"\0]+)/g)]
    .map(([, phrase, word]) => ({ literal: phrase ?? word!, isPhrase: phrase !== undefined }))
    .filter(({ literal }) => /[\p{L}\p{N}\p{Co}]/u.test(literal));
}
