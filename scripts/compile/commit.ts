import { runTool } from "../bundle/run_tool.ts";

/**
 * The commit of a checkout, as it is baked into the program: 12 digits, and "-modified" where files
 * under version control differ from it. Nothing where there is no checkout.
 *
 * @throws {Error} where `git` cannot be run in one
 */
export async function checkedOutCommit(root: string): Promise<string | undefined> {
  try {
    await Deno.stat(`${root}/.git`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const git = (...args: string[]) => runTool(["git", "-C", root, ...args]);
  const commit = (await git("rev-parse", "--short=12", "HEAD")).trim();
  const changes = await git("status", "--porcelain", "--untracked-files=no");
  return changes === "" ? commit : `${commit}-modified`;
}
