/** Programs that meet the permissions of files, whoever runs the tests. */

/**
 * The words that start a program which obeys permissions: root may write everything, unless it starts
 * one without that right.
 *
 * @returns none where nobody is root; `undefined` where root cannot give the right up
 */
export async function obeysPermissions(): Promise<string[] | undefined> {
  if (Deno.uid() !== 0) return [];
  const without = ["-dac_override", "-dac_read_search"].join(",");
  const through = ["setpriv", `--bounding-set=${without}`, `--inh-caps=${without}`];
  try {
    const { success } = await new Deno.Command("setpriv", { args: [...through.slice(1), "true"] })
      .output();
    return success ? through : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
