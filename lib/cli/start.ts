/** The program as a process: what starts it says what it was made of. */
import { COMMANDS } from "./commands/mod.ts";
import { processHost } from "./process_host.ts";
import { run } from "./run.ts";
import type { Build } from "./version.ts";

/** Runs the command line of this process to its end, and ends the process. */
export async function start(build: Build): Promise<never> {
  Deno.exit(await run(Deno.args, processHost(build), COMMANDS));
}
