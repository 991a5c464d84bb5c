/** What a command may need besides files, the environment and facts of the system. */
export type Need = "network" | "programs";

const PERMISSIONS = { network: "net", programs: "run" } as const;

/** What no command needs: to load libraries, and to import code from elsewhere. */
const NEEDLESS = ["ffi", "import"] as const;

/**
 * Takes from the process what the command does not need, for the rest of its life.
 *
 * Not before its databases are open: SQLite can neither VACUUM a database nor read one in place that
 * was opened by a process which may not do everything (see scripts/compile/permissions.ts).
 */
export function dropPermissions(needs: readonly Need[]): void {
  for (const name of NEEDLESS) Deno.permissions.revokeSync({ name });
  for (const [need, name] of Object.entries(PERMISSIONS)) {
    if (!needs.includes(need as Need)) Deno.permissions.revokeSync({ name });
  }
}
