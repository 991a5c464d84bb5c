import { VERSION } from "../../lib/cli/version.ts";
import type { Base } from "./base.ts";
import { runTool } from "../bundle/run_tool.ts";

/**
 * Starts what was compiled for this system: `deno compile` takes any executable for a base.
 *
 * @param file its path
 * @throws {Error} where it does not run, or is another program
 */
export async function tryOut(
  file: string,
  { base, commit, signal }: {
    readonly base: Base;
    /** What it was given as the commit. */
    readonly commit: string | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  try {
    const said = await runTool([file, "--version", "--json"], { signal });
    const { version, commit: found } = JSON.parse(said);
    if (version !== VERSION || found !== commit) throw new Error(`It is another program: ${said}`);
  } catch (cause) {
    throw new Error(
      `Cannot use the base (${base.origin}): what is compiled with it does not run. ` +
        "It has to be the denort of the Deno that compiles, and TMPDIR a folder that programs " +
        `may run from\n${cause}`,
      { cause },
    );
  }
}
