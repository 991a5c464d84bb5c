/** The one script that the viewer's pages load. */
import { denoDir } from "./deno_dir.ts";
import { whileLocked } from "./lock_folder.ts";
import { runTool } from "./run_tool.ts";

/**
 * Bundles what runs in the browser.
 *
 * @param root the folder of the program's source
 * @returns JavaScript, an ES module that imports nothing
 */
export async function browserScript(root: string, signal?: AbortSignal): Promise<string> {
  const words = [
    ...[Deno.execPath(), "bundle", "--quiet", "--platform", "browser", "--minify", "--frozen"],
    ...["--config", `${root}/deno.json`, `${root}/ui/boot.tsx`],
  ];
  // Deno puts its bundler in place at the first bundling; two at once get in each other's way.
  return await whileLocked(await denoDir(), () => runTool(words, { cwd: root, signal }));
}
