/** What program this is. */
import config from "../../deno.json" with { type: "json" };

/** The version of this program, as in deno.json. */
export const VERSION: string = config.version;

/** Where the running program comes from: a checkout, or a file that was compiled from a commit. */
export type Origin =
  | { readonly sourceRoot: string }
  | { readonly commit: string | undefined };

/** What the running program is. */
export type Build = Origin & {
  /** The JavaScript of the viewer's pages. */
  readonly browserScript: () => Promise<string>;
};

/** The version with everything that a bug report needs: commit where it is known, runtime, system. */
export async function describeVersion(build: Origin): Promise<Readonly<Record<string, string>>> {
  const commit = "commit" in build ? build.commit : await readCommit(build.sourceRoot);
  return {
    version: VERSION,
    ...(commit === undefined ? {} : { commit }),
    deno: Deno.version.deno,
    target: Deno.build.target,
  };
}

/** The commit that is checked out; none where the program does not run from a checkout. */
async function readCommit(root: string): Promise<string | undefined> {
  const head = (await readTextIfThere(`${root}/.git/HEAD`))?.trim();
  if (head === undefined) return undefined;
  const name = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  if (name === undefined) return shortCommit(head);
  const own = await readTextIfThere(`${root}/.git/${name}`);
  if (own !== undefined) return shortCommit(own);
  const packed = await readTextIfThere(`${root}/.git/packed-refs`);
  return shortCommit(packed?.split("\n").find((line) => line.endsWith(` ${name}`)) ?? "");
}

function shortCommit(text: string): string | undefined {
  return /^[0-9a-f]{40}/.exec(text)?.[0].slice(0, 12);
}

async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const absent = [Deno.errors.NotFound, Deno.errors.NotADirectory, Deno.errors.PermissionDenied];
    if (absent.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}
