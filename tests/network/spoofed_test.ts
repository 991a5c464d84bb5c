import { assert, assertEquals } from "@std/assert";
import { memoryKb } from "../bench/process_memory.ts";
import { HeardMdns } from "../support/mdns/heard_mdns.ts";
import { pause } from "../../lib/time/pause.ts";
import { meet } from "../support/lab/lab_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

const SCRIPT = `${import.meta.dirname}/../support/mdns/mdns_flood.ts`;
const PER_SECOND = 1_000;
const SECONDS = 30;
const LOOK_MS = 250;

Deno.test(
  labTest("a flood of forged adverts neither fills a device nor leads it astray"),
  async () => {
    await using pair = await startLabPair("flood");
    const { alice, bob, mallory, serving } = pair;
    await using heard = await HeardMdns.on(mallory, "eth0", "10.77.0.3");
    const advert = await heard.advertOf("10.77.0.2");
    const memory = () => Math.round(memoryKb(serving.alice.pid) / 1_024);

    const idleMb = memory();
    await using flood = mallory.start(
      ...[Deno.execPath(), "run", "-A", "--quiet", SCRIPT],
      ...["10.77.0.3", advert.bytes.toHex(), String(PER_SECOND), String(SECONDS)],
    );
    const looking = lookAgainAndAgain(memory);
    await pause(SECONDS * 1_000 * 2 / 3);
    const during = await alice.remember("in the middle of a flood");
    const tookMs = await bob.receives(during, { withinMs: 10_000 });
    await flood.waitFor(/sent \d+\n/);
    const [grownMb, endMb] = growth(looking.end());
    const sent = Number(/sent (\d+)/.exec(flood.output)![1]);
    assert(sent >= PER_SECOND * SECONDS * 0.9, `only ${sent} were sent`);
    const grown = `${idleMb}, ${grownMb}, ${endMb} MiB`;
    console.log(`${grown}; a write during the flood took ${Math.round(tookMs)} ms`);
    assert(endMb <= grownMb * 1.1, `it goes on growing: ${grown}`);

    await meet(alice, bob);
    for (const home of [alice, bob]) {
      const [peer] = home.store.peers.list();
      const known = ["10.77.0.1:7337", "10.77.0.2:7337"];
      assertEquals(peer!.addresses.filter((address) => !known.includes(address)), []);
      assertEquals(peer!.state, "ok");
    }
  },
);

/** Looks until it is told to end, which returns what was seen. */
function lookAgainAndAgain(look: () => number): { end(): number[] } {
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(look()), LOOK_MS);
  return {
    end() {
      clearInterval(timer);
      return seen;
    },
  };
}

/**
 * At first a device grows to what reading so much needs; afterwards it must not any more. Garbage makes
 * what it holds go up and down: the most that was seen before the middle, and the least at the end.
 */
function growth(seen: readonly number[]): [number, number] {
  const part = (from: number, to: number) => seen.slice(seen.length * from, seen.length * to);
  return [Math.max(...part(1 / 3, 1 / 2)), Math.min(...part(5 / 6, 1))];
}
