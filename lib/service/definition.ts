/** What a service runs, whichever part of the system keeps it. */
import { CodememError } from "../errors.ts";

/** A service to be installed. */
export interface ServiceDefinition {
  /** An absolute path and the words after it. */
  readonly program: readonly string[];
  /** Variables besides those that the system gives every service. */
  readonly environment: Readonly<Record<string, string>>;
  /** The file that what it says on stderr is appended to. */
  readonly stderrPath: string;
}

/**
 * Insists that nothing of a definition ends a line or begins another one.
 *
 * @throws invalid_input naming the text
 */
export function requirePrintable(definition: ServiceDefinition): void {
  const { program, environment, stderrPath } = definition;
  const texts = [...program, ...Object.entries(environment).flat(), stderrPath];
  // deno-lint-ignore no-control-regex -- these are what it looks for
  const bad = texts.find((text) => /[\x00-\x1f\x7f]/.test(text));
  if (bad === undefined) return;
  throw new CodememError(
    "invalid_input",
    `A service cannot be given ${JSON.stringify(bad)}: it has a control character`,
    { hint: "Rename what it is called after, or unset the variable" },
  );
}
