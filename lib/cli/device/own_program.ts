/** How this program is run once more: by itself, or from source by the Deno that runs it. */
import { V8_FLAGS } from "../v8_flags.ts";
import type { Origin } from "../version.ts";

/** The words that run this program, to be followed by those of a command. The first is absolute. */
export function ownProgram(build: Origin, execPath: string): readonly string[] {
  if (!("sourceRoot" in build)) return [execPath];
  return [execPath, "run", "-A", "--quiet", V8_FLAGS, `${build.sourceRoot}/main.ts`];
}
