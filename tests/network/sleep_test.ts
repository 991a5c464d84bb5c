import { freeze } from "../support/freeze.ts";
import { LabHome, meet, pause } from "../support/lab_home.ts";
import { pairHomes } from "../support/loopback_home.ts";
import { labTest, makeLan } from "../support/network_lab.ts";

const SLEEP_MS = 20_000;

Deno.test(labTest("a device that wakes up has everything within seconds"), async () => {
  await using lan = await makeLan("sleep", ["alice", "bob"]);
  await using alice = await LabHome.on(lan.hosts.alice);
  await using bob = await LabHome.on(lan.hosts.bob);
  await using _alice = await alice.serve();
  await using serving = await bob.serve();
  await pairHomes(alice, bob);
  await meet(alice, bob);

  let slept: string;
  {
    using _asleep = freeze(serving.pid);
    slept = await alice.remember("while bob slept");
    await pause(SLEEP_MS);
  }
  const tookMs = await bob.receives(slept, { withinMs: 10_000 });
  console.log(`all there ${Math.round(tookMs)} ms after waking up`);
  await meet(alice, bob);
});
