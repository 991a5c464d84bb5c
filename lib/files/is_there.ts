/** Whether there is something of a name. */

/** Looks for a file, a folder or a link, and not at what the link leads to. @throws the system's error */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
