/** What the service of this device runs. */
import type { ServiceDefinition } from "../../service/definition.ts";
import type { CommandContext } from "../command.ts";
import { ownProgram } from "./own_program.ts";

/** Variables that steer this device, as they hold at this moment. */
const STEERING = /^CODEMEM_(?!DEBUG$)/;

/** This program with the settings that its environment holds now. */
export function serviceDefinition({ build, env, paths }: CommandContext): ServiceDefinition {
  const isSource = "sourceRoot" in build;
  const names = Object.keys(env)
    // From source the packages are found in Deno's own folder.
    .filter((name) => STEERING.test(name) || (isSource && name === "DENO_DIR"))
    .filter((name) => env[name])
    .sort();
  const environment = Object.fromEntries(names.map((name) => [name, env[name]!]));
  if (paths.home !== undefined) environment.CODEMEM_HOME = paths.home;
  return {
    program: [...ownProgram(build, Deno.execPath()), "serve", "--json"],
    environment,
    stderrPath: paths.stderr,
  };
}
