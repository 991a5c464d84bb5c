/** codemem: a local-first memory for coding agents, synced between one person's devices. */
import { start } from "./lib/cli/start.ts";

if (import.meta.main) await start({ sourceRoot: import.meta.dirname ?? "." });
