/** Programs of the system, asked for what the runtime does not know. */

/** Such a program answers at once, or hangs. */
const TIMEOUT_MS = 3_000;

/**
 * Runs a program and returns what it prints to stdout, however it ends.
 *
 * @returns `undefined` where there is no such program, or it may not be run
 */
export async function programOutput(
  name: string,
  args: readonly string[],
): Promise<string | undefined> {
  const command = new Deno.Command(name, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  try {
    return new TextDecoder().decode((await command.output()).stdout);
  } catch (error) {
    const { NotFound, PermissionDenied, NotCapable } = Deno.errors;
    const absent = [NotFound, PermissionDenied, NotCapable];
    if (absent.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}
