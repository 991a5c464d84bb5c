import { assert, assertEquals } from "@std/assert";
import { digestsEqual } from "../../lib/model/digest.ts";
import { syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import { Random } from "../support/random.ts";
import { SimDevice } from "./sim_device.ts";
import { SimNetwork } from "./sim_network.ts";

const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1);
const STEPS = 80;
const MAX_ROUNDS = 6;
const MINUTE_MS = 60_000;

/** Rotations between passes over a network that loses, repeats and delays; then calm. */
for (const seed of SEEDS) {
  Deno.test(`keys are followed through any storm (seed ${seed})`, async () => {
    const random = new Random(seed);
    let nowMs = Date.parse("2026-01-01T00:00:00.000Z");
    const network = new SimNetwork(random, {
      ...{ onTransit: () => void (nowMs += random.below(2_000)), onCrash: () => {} },
      ...{ trace: () => {}, refusesReplays: () => true },
    });
    const devices: SimDevice[] = [];
    for (const [index, name] of ["A", "B", "C"].entries()) {
      const host = `10.0.0.${index + 1}`;
      const start = { name, host, seed: seed * 10 + index, path: undefined, network };
      devices.push(await SimDevice.start({ ...start, trueNowMs: () => nowMs }));
    }
    const [a, b, c] = devices as [SimDevice, SimDevice, SimDevice];
    const all: readonly (readonly [SimDevice, SimDevice])[] = [[a, b], [b, a], [b, c], [c, b]];
    for (const [from, to] of all) from.pin(to);
    // Some devices can only dial, or only be dialled.
    const ways = all.filter(([from], index) => (index < 2 ? from !== b : true) || seed % 2 === 0);
    network.faults = { dropRequest: 0.1, dropResponse: 0.1, duplicate: 0.1, delay: 0.1, crash: 0 };

    for (let step = 0; step < STEPS; step++) {
      const chance = random.next();
      if (chance < 0.15) await random.pick(devices).rotate();
      else if (chance < 0.25) await network.deliverDelayed();
      else if (chance < 0.35) await network.replay();
      else if (chance < 0.45) remember(random.pick(devices), `${step}`);
      else await pass(random.pick(ways));
      if (random.happens(0.1)) nowMs += MINUTE_MS;
    }

    network.heal();
    nowMs += MINUTE_MS;
    for (let round = 1; !(await isSettled(ways)); round++) {
      assert(round < MAX_ROUNDS, "the devices do not come to rest");
      nowMs += MINUTE_MS;
    }
    for (const [from, to] of ways) {
      for (const [one, other] of [[from, to], [to, from]] as const) {
        const { fingerprint, keyForkedAt } = one.store.peers.find(other.deviceId)!;
        assertEquals(
          [fingerprint, keyForkedAt],
          [other.fingerprint, null],
          `${one.name} ${other.name}`,
        );
      }
    }
    for (const { faults, store } of devices) {
      assertEquals(faults.map(({ message }) => message), []);
      assertEquals(store.stats().digest, a.store.stats().digest);
    }
    for (const device of devices) device.close();
  });
}

function remember({ store }: SimDevice, title: string): void {
  store.memories.remember({ kind: "note", title, body: "" });
}

/** One pass; a network that fails, and a caller that failed too often, are all that may end it. */
async function pass([from, to]: readonly [SimDevice, SimDevice]): Promise<boolean> {
  const peer = from.store.peers.find(to.deviceId)!;
  const { result, error } = await syncPeer(from.context, peer, {
    signal: new AbortController().signal,
  });
  const isExpected = error === undefined || error.consequence === "offline" ||
    error.code === "too_many_requests" || error.code === "untrusted_certificate";
  if (!isExpected) throw error;
  return result?.identical ?? false;
}

async function isSettled(ways: readonly (readonly [SimDevice, SimDevice])[]): Promise<boolean> {
  let isQuiet = true;
  for (const way of ways) isQuiet = await pass(way) && isQuiet;
  // What came in by the last of them has not been handed on yet.
  const digests = ways.flat().map(({ store }) => store.stats().digest);
  return isQuiet && digests.every((digest) => digestsEqual(digest, digests[0]!));
}
