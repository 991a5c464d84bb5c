/** Which of several failures to report. */
import { CodememError, toCodememError } from "../errors.ts";

/**
 * The failure that says most about why nobody could be reached: an answer says more than silence, so
 * a refusal is reported even where all other addresses are dead.
 *
 * @param name of the device that was dialled
 */
export function mostTelling(name: string, errors: readonly unknown[]): CodememError {
  const failures = errors.map(toCodememError);
  const telling = failures.find(({ consequence }) => consequence === "untrusted") ??
    failures.find(({ consequence }) => consequence !== "offline");
  if (telling !== undefined) return telling;
  const tried = failures.map(({ message }) => message).join("; ");
  return new CodememError(
    "unreachable",
    failures.length === 0 ? `No address of ${name} is known` : `${name} does not answer: ${tried}`,
    {
      hint: "Is it awake, in the same network, and is `codemem serve` running there?",
      cause: failures[0],
    },
  );
}
