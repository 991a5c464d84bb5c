/** Which of several failures to report. */
import { CodememError, toCodememError } from "../../errors.ts";

/**
 * The failure that says most about why a device could not be reached. An answer says more than
 * silence, so a refusal is reported even if all other addresses are dead. That another device answers
 * at one address says something only if every address fails that way.
 *
 * @param name of the device that was dialled
 */
export function mostInformative(name: string, errors: readonly unknown[]): CodememError {
  const failures = errors.map(toCodememError);
  const telling = failures.filter((failure) =>
    failure.consequence !== "offline" && !isAnotherDevice(failure)
  );
  const untrusted = telling.find(({ consequence }) => consequence === "untrusted");
  if (telling.length > 0) return untrusted ?? telling[0]!;
  if (failures.length > 0 && failures.every(isAnotherDevice)) return failures[0]!;
  return unreachable(name, failures);
}

function isAnotherDevice({ details }: CodememError): boolean {
  return details.another_device === true;
}

function unreachable(name: string, failures: readonly CodememError[]): CodememError {
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
