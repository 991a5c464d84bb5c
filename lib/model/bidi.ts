/** The characters that turn text around (Unicode Standard Annex 9, table 4). */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text for places that hold nothing but text, such as a window's title: nothing can keep there what
 * turns it around from what stands beside it.
 */
export function withoutBidiControls(text: string): string {
  return text.replace(BIDI_CONTROLS, "");
}
