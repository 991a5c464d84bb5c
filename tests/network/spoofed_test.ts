import { assert, assertEquals } from "@std/assert";
import { memoryKb } from "../bench/process_memory.ts";
import { HeardMdns } from "../support/mdns/heard_mdns.ts";
import { pause } from "../../lib/time/pause.ts";
import { meet } from "../support/lab/lab_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

const SCRIPT = `${import.meta.dirname}/../support/mdns/mdns_flood.ts`;
const PER_SECOND = 1_000;
/** At first a device grows to what reading so much needs; in the last third it must not any more. */
const SECONDS = 30;

Deno.test(
  labTest("a flood of forged adverts neither fills a device nor leads it astray"),
  async () => {
    await using pair = await startLabPair("flood");
    const { alice, bob, mallory, serving } = pair;
    await using heard = await HeardMdns.on(mallory, "eth0", "10.77.0.3");
    const advert = await heard.advertOf("10.77.0.2");
    const memory = () => memoryKb(serving.alice.pid);

    const idleKb = memory();
    await using flood = mallory.start(
      ...[Deno.execPath(), "run", "-A", "--quiet", SCRIPT],
      ...["10.77.0.3", advert.bytes.toHex(), String(PER_SECOND), String(SECONDS)],
    );
    await pause(SECONDS * 1_000 * 2 / 3);
    const grownKb = memory();
    const during = await alice.remember("in the middle of a flood");
    const tookMs = await bob.receives(during, { withinMs: 10_000 });
    await flood.waitFor(/sent \d+/);
    const endKb = memory();
    const sent = Number(/sent (\d+)/.exec(flood.output)![1]);
    assert(sent >= PER_SECOND * SECONDS * 0.9, `only ${sent} were sent`);
    const grown = [idleKb, grownKb, endKb].map((kb) => Math.round(kb / 1_024)).join(", ");
    console.log(`${grown} MiB; a write during the flood took ${Math.round(tookMs)} ms`);
    assert(endKb <= grownKb * 1.1, `it goes on growing: ${grown} MiB`);

    await meet(alice, bob);
    for (const home of [alice, bob]) {
      const [peer] = home.store.peers.list();
      const known = ["10.77.0.1:7337", "10.77.0.2:7337"];
      assertEquals(peer!.addresses.filter((address) => !known.includes(address)), []);
      assertEquals(peer!.state, "ok");
    }
  },
);
