import { assert, assertEquals } from "@std/assert";
import { memoryKb } from "../bench/process_memory.ts";
import { HeardMdns } from "../support/mdns/heard_mdns.ts";
import { pause } from "../../lib/time/pause.ts";
import { meet } from "../support/lab/lab_home.ts";
import { startLabPair } from "../support/lab/lab_pair.ts";
import { labTest } from "../support/lab/network_lab.ts";

const SCRIPT = `${import.meta.dirname}/../support/mdns/mdns_flood.ts`;
const PER_SECOND = 1_000;
/** How long a round of the flood takes. */
const SECONDS = 15;
/** On a busy machine a device is slow to grow to what reading so much needs. */
const MAX_ROUNDS = 4;
const LOOK_MS = 250;

Deno.test(
  labTest("a flood of forged adverts neither fills a device nor leads it astray"),
  async () => {
    await using pair = await startLabPair("flood");
    const { alice, bob, mallory, serving } = pair;
    await using heard = await HeardMdns.on(mallory, "eth0", "10.77.0.3");
    const advert = await heard.advertOf("10.77.0.2");
    const memory = () => Math.round(memoryKb(serving.alice.pid) / 1_024);

    const rounds = [[memory()]];
    do {
      await using flood = mallory.start(
        ...[Deno.execPath(), "run", "-A", "--quiet", SCRIPT],
        ...["10.77.0.3", advert.bytes.toHex(), String(PER_SECOND), String(SECONDS)],
      );
      const looking = lookAgainAndAgain(memory);
      await pause(SECONDS * 1_000 * 2 / 3);
      const during = await alice.remember("in the middle of a flood");
      const tookMs = await bob.receives(during, { withinMs: 10_000 });
      await flood.waitFor(/sent \d+\n/);
      rounds.push(looking.end());
      const sent = Number(/sent (\d+)/.exec(flood.output)![1]);
      assert(sent >= PER_SECOND * SECONDS * 0.9, `only ${sent} were sent`);
      console.log(`a write during the flood took ${Math.round(tookMs)} ms`);
    } while (rounds.length < 3 || (isGrowing(rounds) && rounds.length <= MAX_ROUNDS));
    const ends = rounds.map(lateIn).map((seen) => `${Math.min(...seen)} to ${Math.max(...seen)}`);
    console.log(`${ends.join(", ")} MiB`);
    assert(!isGrowing(rounds), `it goes on growing: ${ends.join(", ")} MiB`);

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
 * what it holds go up and down: the least at the end of a round, and the most at the end of the one before.
 */
function isGrowing(rounds: readonly (readonly number[])[]): boolean {
  const [before = [], last = []] = rounds.slice(-2).map(lateIn);
  return Math.min(...last) > Math.max(...before) * 1.1;
}

/** What was seen in the last third. */
function lateIn(seen: readonly number[]): readonly number[] {
  return seen.slice(Math.floor(seen.length * 2 / 3));
}
