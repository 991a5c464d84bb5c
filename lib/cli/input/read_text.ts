/** A text that a person gave as a word, or as `-` for what comes in on stdin. */
import { CodememError } from "../../errors.ts";
import { MAX_PAYLOAD_BYTES } from "../../model/memory.ts";
import type { Stdin } from "../command.ts";

/**
 * The text that `word` stands for.
 *
 * @param word the text itself, or `-`
 * @throws {CodememError} `invalid_input` where the text is empty, not UTF-8, or larger than any memory
 */
export async function readText(word: string, stdin: Stdin): Promise<string> {
  const text = word === "-" ? await readStdin(stdin) : word;
  if (text.trim() !== "") return text;
  throw new CodememError("invalid_input", "Cannot store the memory: its text is empty", {
    hint: "Give the text in quotes, or pass it on stdin with -",
  });
}

async function readStdin(stdin: Stdin): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    for await (const chunk of stdin.stream) {
      size += chunk.length;
      if (size > MAX_PAYLOAD_BYTES) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return (text + decoder.decode()).replace(/\r?\n$/, "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CodememError("invalid_input", "Cannot read the text: it is not UTF-8", {
      hint: "Pass text in UTF-8; a binary file is not something to remember",
      cause: error,
    });
  }
}

function tooLarge(): CodememError {
  return new CodememError("invalid_input", "Cannot store the memory: it is too large", {
    hint: "Keep what is worth remembering, not the whole document (at most 2 MiB)",
  });
}
