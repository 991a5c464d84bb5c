/** One simulation: a storm over a few devices, then calm; and what must be true in the end. */
import { join } from "node:path";
import { digestsEqual, type Version } from "../../lib/model/digest.ts";
import { compareVersions } from "../../lib/replication/merge.ts";
import { Random } from "../support/random.ts";
import { SimDevice } from "./sim_device.ts";
import { SimNetwork } from "./sim_network.ts";
import { change, importSome, pass, removeOrPairAgain, step, type World } from "./storm.ts";

const STEPS = 100;
/** After the storm everything has to be the same within so many rounds of passes. */
const MAX_ROUNDS = 12;
const HOUR_MS = 60 * 60_000;

/** How a simulation went. */
export interface SimulationReport {
  readonly devices: number;
  readonly memories: number;
  readonly requests: number;
  readonly rounds: number;
}

/**
 * Runs the simulation of one seed.
 *
 * @param folder for its databases
 * @param trace is told of every event
 * @throws whatever was found to be wrong
 */
export async function simulate(
  seed: number,
  folder: string,
  trace: (event: string) => void,
): Promise<SimulationReport> {
  const world = await makeWorld(seed, folder, trace);
  const { network, devices, random } = world;
  try {
    network.faults = stormyFaults(random);
    for (let count = 0; count < STEPS; count++) await step(world);
    if (random.happens(0.1)) bulk(world);
    trace("the storm is over");
    network.heal();
    pairAll(world);
    const expected = greatestVersions(devices);
    const rounds = await settle(world);
    for (const { store } of devices) while (store.logLegacySlice() > 0);
    checkOutcome(world, expected);
    await checkQuiet(world);
    const memories = devices[0]!.store.stats().digest.live;
    return { devices: devices.length, memories, requests: network.delivered, rounds };
  } finally {
    for (const device of devices) device.close();
  }
}

async function makeWorld(
  seed: number,
  folder: string,
  trace: (event: string) => void,
): Promise<World> {
  const random = new Random(seed);
  const isWild = seed % 2 === 0;
  const isDurable = seed % 5 !== 0;
  let trueMs = Date.parse("2026-01-01T00:00:00.000Z");
  const devices: SimDevice[] = [];
  const network: SimNetwork = new SimNetwork(random, {
    trace,
    onTransit: () => {
      trueMs += random.below(50);
      if (!network.isCalm) disturb(world);
    },
    onCrash: (host) => {
      const device = devices.find((each) => each.host === host)!;
      if (device.isDurable) device.restart();
    },
    refusesReplays: (host) => devices.every((each) => each.host !== host || !each.wasRestored),
  });
  const count = 2 + random.below(4);
  for (let index = 0; index < count; index++) {
    const name = "ABCDE"[index]!;
    devices.push(
      await SimDevice.start({
        name,
        host: `10.0.0.${index + 1}`,
        seed: seed * 10 + index,
        path: isDurable ? join(folder, `${seed}-${name}.db`) : undefined,
        trueNowMs: () => trueMs,
        network,
      }),
    );
  }
  const ways = waysBetween(devices, random);
  const advance = (byMs: number) => void (trueMs += byMs);
  const world: World = {
    ...{ random, network, devices, ways, trace, advance, isWild },
    written: [],
    words: new Map(),
  };
  pairAll(world);
  trace(`seed ${seed}: ${ways.map(([a, b]) => `${a.name}→${b.name}`).join(" ")}`);
  return world;
}

/** A chain at least, so that all are reached over others; and some more. */
function waysBetween(devices: readonly SimDevice[], random: Random) {
  const density = random.pick([0, 0.3, 1]);
  const ways: (readonly [SimDevice, SimDevice])[] = [];
  for (const [index, device] of devices.entries()) {
    for (const [otherIndex, other] of devices.entries()) {
      const isNext = otherIndex === index + 1;
      if (!isNext && !(otherIndex > index && random.happens(density))) continue;
      const isBothWays = random.happens(0.6);
      if (isBothWays || random.happens(0.5)) ways.push([device, other]);
      else ways.push([other, device]);
      if (isBothWays) ways.push([other, device]);
    }
  }
  return ways;
}

function stormyFaults(random: Random) {
  const severity = random.pick([0.03, 0.1, 0.2]);
  return {
    dropRequest: severity,
    dropResponse: severity,
    duplicate: severity + 0.05,
    delay: severity,
    crash: severity / 2,
  };
}

/** What happens while a request is on its way. */
function disturb(world: World): void {
  const { random, devices, isWild } = world;
  if (isWild && random.happens(0.05)) change(world, random.pick(devices));
  if (random.happens(0.03)) importSome(world);
  if (random.happens(0.01)) removeOrPairAgain(world);
}

/** All trust those whom they have ways to. */
function pairAll({ ways }: World): void {
  for (const [a, b] of ways) {
    a.pin(b);
    b.pin(a);
  }
}

/** More than fits into a page, or into one slice of an answer. */
function bulk({ devices, random, trace }: World): void {
  const { store, name } = random.pick(devices);
  store.transaction(() => {
    for (let index = 0; index < 1_200; index++) {
      store.memories.remember({ kind: "note", title: `bulk ${index}`, body: "" });
    }
  });
  trace(`${name} remembers 1,200 at once`);
}

/** Of each memory, the greatest version that any device still has. */
function greatestVersions(devices: readonly SimDevice[]): Map<string, Version> {
  const greatest = new Map<string, Version>();
  for (const { store } of devices) {
    for (const version of store.versions()) {
      const known = greatest.get(version.entityId);
      if (known === undefined || compareVersions(version, known) > 0) {
        greatest.set(version.entityId, version);
      }
    }
  }
  return greatest;
}

/** Passes in all directions until one round finds everything the same; returns the rounds. */
async function settle(world: World): Promise<number> {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    let isQuiet = true;
    for (const [from, to] of world.ways) isQuiet = await pass(world, from, to) && isQuiet;
    const [first, ...others] = world.devices.map(({ store }) => store.stats().digest);
    if (isQuiet && others.every((digest) => digestsEqual(digest, first!))) return round;
    // What was lost with a restored device is found at most once an hour.
    if (world.isWild) world.advance(HOUR_MS);
  }
  throw new Error(`not the same after ${MAX_ROUNDS} rounds`);
}

function checkOutcome(world: World, expected: ReadonlyMap<string, Version>): void {
  const { devices, written, isWild } = world;
  for (const device of devices) {
    const { store, name, faults } = device;
    require(store.digestHolds(), `the digest of ${name} is not that of its rows`);
    require(store.quarantine.count() === 0, `${name} has quarantined ops`);
    require(faults.length === 0, `${name} failed: ${faults[0]?.message}`);
    require(store.countLegacy() === 0, `${name} has rows without an op`);
    require(store.integrityProblems().length === 0, `${name} is damaged`);
    checkVersions(device, expected);
    checkForgotten(world, device);
    // Where nothing was lost, cursors alone must do.
    const reconciled = store.peers.list().find(({ reconciledAt }) => reconciledAt !== null);
    require(isWild || reconciled === undefined, `${name} had to reconcile`);
  }
  if (isWild) return;
  const standing = greatestVersions(devices);
  for (const version of written) {
    const isLost = compareVersions(standing.get(version.entityId)!, version) < 0;
    require(!isLost, `rev ${version.clock.rev} of ${version.entityId} is lost`);
  }
}

function checkVersions({ store, name }: SimDevice, expected: ReadonlyMap<string, Version>): void {
  const versions = [...store.versions()];
  const count = `${name} has ${versions.length} memories, not ${expected.size}`;
  require(versions.length === expected.size, count);
  for (const version of versions) {
    const other = expected.get(version.entityId)!;
    require(compareVersions(version, other) === 0, `${name} has another ${version.entityId}`);
  }
}

/** Of a memory that is forgotten no word may be left anywhere. */
function checkForgotten({ words }: World, device: SimDevice): void {
  const { store, name } = device;
  require(store.scrub(), `${name} cannot be scrubbed`);
  const kept = keptText(device);
  for (const { entityId, opType } of store.versions()) {
    if (opType === "upsert") continue;
    for (const word of words.get(entityId) ?? []) {
      require(!kept.includes(word), `${name} still holds ${word} of ${entityId}`);
    }
  }
}

function keptText(device: SimDevice): string {
  const files = device.files().map((path) => latin1(Deno.readFileSync(path)));
  const ops = device.store.log.page({ after: 0, limit: 1e6, maxBytes: Infinity }).ops;
  return JSON.stringify([files, ops, [...device.store.memories.all({ includeDeleted: true })]]);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}

/** A pass with nothing new is one request. */
async function checkQuiet(world: World): Promise<void> {
  for (const [from, to] of world.ways) {
    const before = world.network.delivered;
    await pass(world, from, to);
    require(world.network.delivered === before + 1, "a pass with nothing new takes more requests");
  }
}

function require(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}
