/** Finds the database that an earlier codemem left where ours lives. */
import { dirname, join } from "node:path";

/** The name of upstream's database in its default place. */
const UPSTREAM_NAME = "mem.sqlite";

/**
 * The upstream database beside ours, for an import on the first start.
 *
 * @param databasePath of our database
 * @returns its path; `undefined` where there is no such file
 */
export function findUpstreamDatabase(databasePath: string): string | undefined {
  const path = join(dirname(databasePath), UPSTREAM_NAME);
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
