/** Options of {@link runTool}. */
export interface RunToolOptions {
  readonly cwd?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
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
  { cwd, env, signal }: RunToolOptions = {},
): Promise<string> {
  const [program, ...args] = words;
  const { success, code, stdout, stderr } = await new Deno.Command(program!, {
    args,
    stdin: "null",
    clearEnv: true,
    env: { ...inherited(Deno.env.toObject()), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  const shown = words.slice(0, 4).join(" ");
  throw new Error(`Cannot run ${shown}: it ended with ${code}\n${text(stderr)}`);
}

/** How Deno keeps and reaches its packages. */
const KEPT = ["DENO_DIR", "DENO_CERT", "DENO_TLS_CA_STORE"];

/**
 * Without the other variables that steer Deno: several go into what it compiles. With OTEL_DENO set the
 * program would report to whatever listens where it runs. Nor with those by which a hook of Git names
 * the repository that it runs for.
 */
function inherited(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ([name]: [string, string]) =>
    !/^(DENO|DENORT|GIT|OTEL)_/.test(name) || KEPT.includes(name);
  return Object.fromEntries(Object.entries(env).filter(kept));
}
