import { assert, assertEquals } from "@std/assert";
import { memoryKb } from "../bench/process_memory.ts";
import { HeardMdns } from "../support/heard_mdns.ts";
import { meet, pause } from "../support/lab_home.ts";
import { startLabPair } from "../support/lab_pair.ts";
import { labTest } from "../support/network_lab.ts";

const SCRIPT = `${import.meta.dirname}/../support/mdns_flood.ts`;
const PER_SECOND = 1_000;
const SECONDS = 10;
/** Until what is only needed at the start has been let go. */
const SETTLE_MS = 5_000;

Deno.test(
  labTest("a flood of forged adverts neither fills a device nor leads it astray"),
  async () => {
    await using pair = await startLabPair("flood");
    const { alice, bob, mallory, serving } = pair;
    await using heard = await HeardMdns.on(mallory, "eth0", "10.77.0.3");
    const advert = await heard.advertOf("10.77.0.2");
    await pause(SETTLE_MS);

    const beforeKb = memoryKb(serving.alice.pid);
    const hex = advert.bytes.toHex();
    await using flood = mallory.start(
      ...[Deno.execPath(), "run", "-A", "--quiet", SCRIPT],
      ...["10.77.0.3", hex, String(PER_SECOND), String(SECONDS)],
    );
    await pause(SECONDS * 500);
    const during = await alice.remember("in the middle of a flood");
    const tookMs = await bob.receives(during, { withinMs: 10_000 });
    await flood.waitFor(/sent (\d+)/);
    assert(Number(/sent (\d+)/.exec(flood.output)![1]) >= PER_SECOND * SECONDS * 0.9, flood.output);
    const afterKb = memoryKb(serving.alice.pid);
    console.log(
      `${Math.round(beforeKb / 1_024)} MiB before, ${Math.round(afterKb / 1_024)} MiB after; ` +
        `a write during the flood took ${Math.round(tookMs)} ms`,
    );
    assert(afterKb <= beforeKb * 1.2, `${beforeKb} KiB became ${afterKb} KiB`);

    await meet(alice, bob);
    for (const home of [alice, bob]) {
      const [peer] = home.store.peers.list();
      const known = ["10.77.0.1:7337", "10.77.0.2:7337"];
      assertEquals(peer!.addresses.filter((address) => !known.includes(address)), []);
      assertEquals(peer!.state, "ok");
    }
  },
);
