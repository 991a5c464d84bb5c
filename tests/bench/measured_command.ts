/** A command of the program in a process that says at its end how much memory it needed at most. */
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { processHost } from "../../lib/cli/process_host.ts";
import { run } from "../../lib/cli/run.ts";
import { browserScript } from "../../scripts/bundle/browser_script.ts";
import { peakMemoryKb } from "./process_memory.ts";

const ROOT = `${import.meta.dirname}/../..`;

const code = await run(
  Deno.args,
  processHost({ sourceRoot: ROOT, browserScript: () => browserScript(ROOT) }),
  COMMANDS,
);
console.error(JSON.stringify({ peakKb: peakMemoryKb("self") }));
Deno.exit(code);
