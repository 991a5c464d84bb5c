/**
 * What the compiled program may do when it starts, and nobody is asked for more.
 *
 * These are all there are. Two things need them whole, at the moment when a database is opened: Deno
 * lets SQLite attach databases, which VACUUM does, and read a file in place, which imports do, for a
 * process alone that may do everything. As soon as the store is open the program gives up what the
 * command does not need: lib/cli/device/drop_permissions.ts.
 */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--allow-run",
  "--allow-ffi",
  "--allow-import",
];
