import { runTool } from "./run_tool.ts";

/** The folder in which the running Deno keeps packages and downloads. */
export async function denoDir(): Promise<string> {
  return JSON.parse(await runTool([Deno.execPath(), "info", "--json"])).denoDir;
}
