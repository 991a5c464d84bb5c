/**
 * Seeds to run: `CODEMEM_SIM_SEED=7` runs one and prints all that happens in it;
 * `CODEMEM_SIM_SEEDS=5000` runs so many, from `CODEMEM_SIM_START` on.
 */
import { TempFolder } from "../support/devices/stores.ts";
import { simulate } from "./simulation.ts";

const DEFAULT_SEEDS = 20;

const single = Deno.env.get("CODEMEM_SIM_SEED");
const start = Number(single ?? Deno.env.get("CODEMEM_SIM_START") ?? 1);
const count = single === undefined ? Number(Deno.env.get("CODEMEM_SIM_SEEDS") ?? DEFAULT_SEEDS) : 1;

for (let seed = start; seed < start + count; seed++) {
  Deno.test(`whatever happens, all devices end with the same memories (seed ${seed})`, async () => {
    using folder = new TempFolder();
    const events: string[] = [];
    const trace = single === undefined ? (event: string) => void events.push(event) : console.log;
    try {
      await simulate(seed, folder.path, trace);
    } catch (error) {
      const last = events.slice(-30).join("\n");
      throw new Error(`replay with CODEMEM_SIM_SEED=${seed} deno test -A tests/sim\n${last}`, {
        cause: error,
      });
    }
  });
}
