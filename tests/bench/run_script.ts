/** Scripts of this folder in processes of their own. */

/** Options of {@link runScript}. */
export interface RunScriptOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the process. */
  readonly signal: AbortSignal;
}

/** Runs a script to its end, which must be a success. @param path beside this file, or absolute */
export async function runScript(
  path: string,
  args: readonly string[],
  { env, signal }: RunScriptOptions,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = path.startsWith("/") ? path : `${import.meta.dirname}/${path}`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", file, ...args],
    env: { ...env },
    stdin: "null",
    signal,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${path} has failed: ${text(stderr)}`);
  return { stdout: text(stdout), stderr: text(stderr) };
}
