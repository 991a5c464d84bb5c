/**
 * Text that came from outside, made safe to show.
 *
 * Memories, names and paths are hostile input: an escape character moves the cursor, renames the
 * window or hides a line, and a bidirectional control shows a line in another order than it has.
 */

// The characters are what this file is about.
// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x09\x0b-\x1f\x7f]/g;
const INVISIBLE = /[\x80-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]/g;

/** Text of several lines: line breaks and tabs stay, every other control becomes visible. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll("\r\n", "\n")
    .replace(CONTROLS, (character) => character === "\t" ? character : controlPicture(character))
    .replace(INVISIBLE, "\ufffd");
}

/** Text on one line: white space is folded. */
export function plainLine(text: string): string {
  return plainText(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, " ")).trim();
}

/** JSON whose text cannot steer a terminal either: the same value in other letters. */
export function plainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The picture of a control character: U+2400 and on. */
function controlPicture(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x7f ? "\u2421" : String.fromCharCode(0x2400 + code);
}
