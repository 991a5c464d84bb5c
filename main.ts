/** codemem: a local-first memory for coding agents, synced between one person's devices. */
import { start } from "./lib/cli/start.ts";

const sourceRoot = import.meta.dirname ?? ".";

if (import.meta.main) await start({ sourceRoot, browserScript });

/** From source, the script for the browser is bundled when a page first asks for it. */
async function browserScript(): Promise<string> {
  const bundle = await import("./scripts/bundle/browser_script.ts");
  return await bundle.browserScript(sourceRoot);
}
