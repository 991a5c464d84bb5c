/**
 * What the compiled program may do. A permission that is not here is denied for good: nobody is asked.
 *
 * Files and the network are given whole, because what is baked in cannot name the home folder or the
 * addresses of peers. A command that needs no network gives it up when it starts: lib/cli/start.ts.
 */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys=hostname,networkInterfaces",
];
