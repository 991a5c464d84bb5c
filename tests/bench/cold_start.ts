/** Commands from nothing, against a program that does nothing. */
import { coldCommands } from "./cold_commands.ts";
import { type Bench, copyHome } from "./devices.ts";
import type { Figure } from "./figure.ts";
import { runScript } from "./run_script.ts";

/** Measures them from source. */
export async function* coldStart({ empty, folder, signal }: Bench): AsyncGenerator<Figure> {
  const nothing = `${folder}/nothing.ts`;
  await Deno.writeTextFile(nothing, "");
  yield* coldCommands({
    home: await copyHome(empty, `${folder}/cold`, { signal }),
    runNothing: () => runScript(nothing, [], { signal }),
    prefix: "cold_",
    how: "from source, start to end; limit: an empty program, started likewise",
  });
}
