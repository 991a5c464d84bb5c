import { freeze } from "../support/system/freeze.ts";
import { pause } from "../../lib/time/pause.ts";
import { meet } from "../support/lab/lab_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

const SLEEP_MS = 20_000;

Deno.test(labTest("a device that wakes up has everything within seconds"), async () => {
  await using pair = await startLabPair("sleep");
  const { alice, bob } = pair;

  let slept: string;
  {
    using _asleep = freeze(pair.serving.bob.pid);
    slept = await alice.remember("while bob slept");
    await pause(SLEEP_MS);
  }
  const tookMs = await bob.receives(slept, { withinMs: 10_000 });
  console.log(`all there ${Math.round(tookMs)} ms after waking up`);
  await meet(alice, bob);
});
