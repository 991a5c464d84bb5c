/** Files below /proc, which come and go and are not shown to everyone. */

/** The text of a file; `undefined` where it is gone, or is not shown to this process. */
export async function readIfShown(path: string): Promise<string | undefined> {
  return await unlessHidden(() => Deno.readTextFile(path));
}

/** The names in a folder; none where it is gone, or is not shown to this process. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await unlessHidden(() => Array.fromAsync(Deno.readDir(folder)));
  return (entries ?? []).map(({ name }) => name);
}

/** What a link leads to; `undefined` as for {@link readIfShown}. */
export async function linkIfShown(path: string): Promise<string | undefined> {
  return await unlessHidden(() => Deno.readLink(path));
}

/** A process may end at any moment, another user's is closed, and Deno asks for every permission. */
async function unlessHidden<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
