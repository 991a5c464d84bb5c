/** Running a program of the system to its end. */

/** How it ended. */
export interface ProgramEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; `undefined` where there is no such program. */
export type RunProgram = (
  program: string,
  args: readonly string[],
) => Promise<ProgramEnd | undefined>;

/** Runs a program that is found on the PATH. */
export const runProgram: RunProgram = async (program, args) => {
  // Its words are read: they must not be in the language of whoever runs it.
  const env = { LC_ALL: "C.UTF-8", SYSTEMD_COLORS: "0", SYSTEMD_PAGER: "" };
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env,
      stdin: "null",
    }).output();
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
};

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}
