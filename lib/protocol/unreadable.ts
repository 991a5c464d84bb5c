/** Answers that cannot be read. */
import { CodememError } from "../errors.ts";

/**
 * The error for an answer that is not what the protocol says it is.
 *
 * @param what was asked for
 * @param member which member of it is wrong; none where the answer as a whole is
 */
export function unreadable(what: string, member?: string): CodememError {
  const problem = member === undefined
    ? "it is not a JSON object"
    : `${member} is missing or wrong`;
  return new CodememError("invalid_response", `Cannot read the peer's ${what}: ${problem}`, {
    hint: "Update codemem on both devices, and check that no proxy stands between them",
  });
}
