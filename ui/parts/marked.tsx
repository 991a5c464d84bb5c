/** Text of a memory on one line: isolated, so that it cannot turn what stands beside it around. */
import { markWords } from "../../lib/model/excerpt.ts";

/** @param props.words that were looked for, as `foldWords` makes them; they are marked */
export function Marked({ text, words }: {
  readonly text: string;
  readonly words: readonly string[];
}) {
  if (words.length === 0) return <bdi>{text}</bdi>;
  return (
    <bdi>
      {markWords(text, words).map(({ text, found }, index) =>
        found ? <mark key={index}>{text}</mark> : text
      )}
    </bdi>
  );
}
