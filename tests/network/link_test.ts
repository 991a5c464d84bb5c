import { pause } from "../../lib/time/pause.ts";
import type { LabHost } from "../support/lab/lab_host.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

const OUTAGE_MS = 30_000;

/** The ways in which a host loses its network, and their ends. */
const OUTAGES: Readonly<Record<string, Record<"begin" | "end", (host: LabHost) => Promise<void>>>> =
  {
    "an interface that was down": {
      begin: (host) => host.setLink("down"),
      end: (host) => host.setLink("up"),
    },
    "a cable that was out": {
      begin: (host) => host.setCable("out"),
      end: (host) => host.setCable("in"),
    },
  };

for (const [index, [outage, { begin, end }]] of Object.entries(OUTAGES).entries()) {
  Deno.test(labTest(`after ${outage} for half a minute, all is there within seconds`), async () => {
    await using pair = await startLabPair(`link${index}`);
    const { alice, bob } = pair;
    await begin(bob.host);
    const [alices, bobs] = await Promise.all([alice, bob].map((home) => home.remember("apart")));
    await pause(OUTAGE_MS);
    await end(bob.host);
    const tookMs = await Promise.all([
      bob.receives(alices!, { withinMs: 10_000 }),
      alice.receives(bobs!, { withinMs: 10_000 }),
    ]);
    console.log(`${outage}: all there ${Math.round(Math.max(...tookMs))} ms after its end`);
  });
}
