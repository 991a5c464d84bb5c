/** Parameters in the query of a request. */
import { CodememError } from "../errors.ts";

/**
 * Requires that none of these parameters is given twice, which could be read in two ways.
 *
 * @throws {CodememError} `invalid_request` naming the parameter
 */
export function requireOnce(parameters: URLSearchParams, names: readonly string[]): void {
  for (const name of names) {
    if (parameters.getAll(name).length > 1) throw badParameter(name, "given once");
  }
}

/**
 * The refusal of a parameter.
 *
 * @param expected what it must be, in words
 */
export function badParameter(name: string, expected: string): CodememError {
  return new CodememError("invalid_request", `Cannot read the query: ${name} must be ${expected}`, {
    hint: "Update codemem on both devices",
  });
}
