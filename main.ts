/** codemem: a local-first memory for coding agents, synced between one person's devices. */
import { COMMANDS } from "./lib/cli/commands/mod.ts";
import { processHost } from "./lib/cli/process_host.ts";
import { run } from "./lib/cli/run.ts";

if (import.meta.main) {
  Deno.exit(await run(Deno.args, processHost(import.meta.dirname ?? "."), COMMANDS));
}
