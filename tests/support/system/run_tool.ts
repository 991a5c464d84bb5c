/** Tools of the system that tests work with. */

/**
 * Runs a tool to its end, which must be a success.
 *
 * @returns what it wrote to stdout
 */
export async function runTool(tool: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(tool, {
    args: [...args],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${[tool, ...args].join(" ")} has failed: ${text(stderr)}`);
  return text(stdout);
}

/** Whether a tool is installed, and ends with success. */
export async function succeeds(tool: string, ...args: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(tool, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
