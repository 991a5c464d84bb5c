/** Text with its line breaks, however long: what does not fit is opened on demand, part by part. */
import { counted } from "../../lib/model/counted.ts";

/** In characters: a browser lays out a part of this length without a stall. */
const PART_LENGTH = 20_000;

/** Plain text of a memory. */
export function LongText({ text }: { readonly text: string }) {
  const [first = "", ...rest] = partsOf(text);
  return (
    <>
      <div class="text" dir="auto">{first}</div>
      {rest.length > 0 && (
        <details class="rest">
          <summary>Show the other {counted(text.length - first.length, "character")}</summary>
          {rest.map((part, index) => <div key={index} class="text part" dir="auto">{part}</div>)}
        </details>
      )}
    </>
  );
}

/** Cuts where a line ends, or else between two characters. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    const through = from + cutAt(text.slice(from, from + PART_LENGTH + 1));
    parts.push(text.slice(from, through));
    from = through;
  }
  return parts;
}

function cutAt(text: string): number {
  if (text.length <= PART_LENGTH) return text.length;
  const line = text.lastIndexOf("\n") + 1;
  if (line > PART_LENGTH / 2) return line;
  const isHalf = /[\ud800-\udbff]/.test(text[PART_LENGTH - 1]!);
  return isHalf ? PART_LENGTH - 1 : PART_LENGTH;
}
