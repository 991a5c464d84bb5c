/** Options of {@link runTool}. */
export interface RunToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end.
 *
 * @param words the program and its arguments
 * @returns what it wrote to stdout
 * @throws {Error} with what it wrote to stderr, where it fails
 */
export async function runTool(
  words: readonly string[],
  { cwd, env }: RunToolOptions = {},
): Promise<string> {
  const [program, ...args] = words;
  const { success, code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    stdin: "null",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  const shown = words.slice(0, 4).join(" ");
  throw new Error(`Cannot run ${shown}: it ended with ${code}\n${text(stderr)}`);
}
