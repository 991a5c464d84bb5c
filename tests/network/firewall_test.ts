import { assertNotEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

/** Longer than a dial that nobody answers takes. */
const GIVEN_UP_MS = 30_000;

Deno.test(
  labTest("a device that cannot be dialled is served by the requests it makes"),
  async () => {
    await using pair = await startLabPair("firewall", {
      prepare: ({ bob }) => bob.block({ protocol: "tcp", port: 7337 }),
    });
    const { alice, bob } = pair;
    const alices = await alice.remember("alice knows that bob listens");
    const thereMs = await bob.receives(alices, { withinMs: 15_000 });
    const bobs = await bob.remember("bob only has to say it");
    const backMs = await alice.receives(bobs, { withinMs: 15_000 });
    console.log(`there in ${Math.round(thereMs)} ms, back in ${Math.round(backMs)} ms`);

    const hasFailedToDial = async () => {
      const { peers } = await alice.status();
      assertNotEquals(peers[0]!.state, "offline", "bob speaks to alice all the time");
      return (await alice.json<{ ok: boolean }[]>("sync", "attempts")).some(({ ok }) => !ok);
    };
    await eventually("alice has dialled bob in vain", hasFailedToDial, GIVEN_UP_MS);
    const { peers } = await alice.status();
    assertNotEquals(peers[0]!.state, "offline", "bob speaks to alice all the time");
  },
);
