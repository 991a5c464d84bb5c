/** Everything that can happen to a handful of devices, in an order that a seed decides. */
import type { Version } from "../../lib/model/digest.ts";
import { newContent } from "../../lib/model/memory.ts";
import type { CodememError } from "../../lib/errors.ts";
import { type SyncOutcome, syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import type { Random } from "../support/random.ts";
import type { SimDevice } from "./sim_device.ts";
import type { SimNetwork } from "./sim_network.ts";

/** What a storm works on, and what it notes. */
export interface World {
  readonly random: Random;
  readonly network: SimNetwork;
  readonly devices: readonly SimDevice[];
  /** Who dials whom. Both know each other, but some can only be dialled, or only dial. */
  readonly ways: readonly (readonly [from: SimDevice, to: SimDevice])[];
  /** Every version that was ever written. */
  readonly written: Version[];
  /** Words that stand in every version of a memory, by its id. */
  readonly words: Map<string, string[]>;
  readonly trace: (event: string) => void;
  /** Lets time pass for all devices. */
  readonly advance: (byMs: number) => void;
  /** Whether devices lose what they knew, and change things while passes run. */
  readonly isWild: boolean;
}

/** Imports are the same on every device that makes them. */
const IMPORTED_AT = "2025-03-01T00:00:00.000Z";
const MINUTE_MS = 60_000;

/** Something that may happen at a step, as often as its weight says. */
type Event = readonly [weight: number, happen: (world: World) => void | Promise<void>];

const EVENTS: readonly Event[] = [
  [30, (world) => change(world, world.random.pick(world.devices))],
  [36, (world) => passSomewhere(world)],
  [6, toggleLink],
  [6, stepClock],
  [5, letTimePass],
  [5, ({ network }) => network.deliverDelayed()],
  [5, ({ network }) => network.replay()],
  [3, importSome],
  [3, removeOrPairAgain],
  [2, writeMuch],
  [3, restart],
  [2, pruneHistory],
];

const WILD_EVENTS: readonly Event[] = [
  ...EVENTS,
  [3, backUp],
  [3, restore],
];

/** One step of a storm. */
export async function step(world: World): Promise<void> {
  const events = world.isWild ? WILD_EVENTS : EVENTS;
  let chance = world.random.below(events.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, happen] of events) {
    chance -= weight;
    if (chance < 0) return await happen(world);
  }
}

/** A pass between two devices, as the loop of one of them would run it; whether both are the same. */
export async function pass(world: World, from: SimDevice, to: SimDevice): Promise<boolean> {
  const { starts } = from;
  try {
    const peer = from.store.peers.find(to.deviceId)!;
    if (peer.removedAt !== null) return false;
    const outcome = await syncPeer(from.context, peer, { signal: new AbortController().signal });
    requireExpected(outcome.error);
    world.trace(`${from.name} → ${to.name}: ${textOf(outcome)}`);
    return outcome.result?.identical ?? false;
  } catch (error) {
    // A pass that its device did not survive fails somehow.
    if (from.starts === starts) throw error;
    world.trace(`${from.name} → ${to.name}: crashed`);
    return false;
  }
}

function requireExpected(error: CodememError | undefined): void {
  const isExpected = error === undefined || error.consequence === "offline" ||
    error.code === "clock_skew" || error.code === "peer_removed";
  if (!isExpected) throw error;
}

function textOf({ result, error }: SyncOutcome): string {
  if (result === undefined) return error!.message;
  const { identical, pulled, pushed } = result;
  return `${identical ? "identical" : "different"}, ${pulled} in, ${pushed} out`;
}

/** A person writes, changes or forgets something. */
export function change(world: World, device: SimDevice): void {
  const { random, trace } = world;
  const living = [...device.store.memories.all()];
  const chance = random.next();
  const word = random.word();
  if (living.length < 2 || chance < 0.4) {
    const memory = device.store.memories.remember(draftOf(word, random));
    trace(`${device.name} remembers ${memory.id.slice(0, 8)}`);
    note(world, device, memory.id, word);
  } else if (chance < 0.8) {
    const { id } = random.pick(living);
    device.store.memories.edit(id, draftOf(word, random));
    trace(`${device.name} edits ${id.slice(0, 8)}`);
    note(world, device, id, word);
  } else {
    const { id } = random.pick(living);
    device.store.memories.forget([id]);
    trace(`${device.name} forgets ${id.slice(0, 8)}`);
    note(world, device, id);
  }
}

/** Once: more than fits into one page, be it pulled or pushed. */
function writeMuch(world: World): void {
  const { random, words, trace } = world;
  const device = random.pick(world.devices);
  if ([...words.values()].flat().some((word) => word.startsWith("much"))) return;
  for (const word of [`much${random.word()}`, `much${random.word()}`]) {
    const extra = { filling: "x".repeat(1_100_000) };
    const memory = device.store.memories.remember({ ...draftOf(word, random), extra });
    note(world, device, memory.id, word);
  }
  trace(`${device.name} remembers two of a megabyte`);
}

function draftOf(word: string, random: Random) {
  return { kind: "note", title: word, body: `${word} `.repeat(1 + random.below(40)) };
}

function note({ written, words }: World, { store }: SimDevice, id: string, word?: string): void {
  for (const version of store.versions()) if (version.entityId === id) written.push(version);
  if (word !== undefined) words.set(id, [...words.get(id) ?? [], word]);
}

async function passSomewhere(world: World): Promise<void> {
  const [from, to] = world.random.pick(world.ways);
  await pass(world, from, to);
}

function toggleLink(world: World): void {
  const [a, b] = world.random.pick(world.ways);
  world.network.toggle(a.host, b.host);
  world.trace(`the link ${a.name}–${b.name} changes`);
}

/** Small errors, which signatures bear, and large ones, which they do not. */
function stepClock({ random, devices, trace }: World): void {
  const device = random.pick(devices);
  const reachMs = random.happens(0.3) ? 120 * MINUTE_MS : 2 * MINUTE_MS;
  device.clockErrorMs = random.below(2 * reachMs) - reachMs;
  trace(`${device.name}'s clock is off by ${device.clockErrorMs} ms`);
}

function letTimePass({ random, advance }: World): void {
  advance(random.below(180 * MINUTE_MS));
}

/** The same rows come to several devices, as from copies of one old database. */
export function importSome(world: World): void {
  const { random, devices, written, words, trace } = world;
  const device = random.pick(devices);
  const indexes = Array.from({ length: 3 }, () => random.below(12));
  const candidates = indexes.map((index) => ({
    entityId: `import:${index}`,
    content: newContent({
      kind: "note",
      title: `imported${index}x`,
      body: `imported${index}x`,
      createdAt: IMPORTED_AT,
    }),
    clock: { rev: 1, updatedAt: IMPORTED_AT, deviceId: "elsewhere" },
    deletedAt: null,
  }));
  device.store.importVersions(candidates);
  trace(`${device.name} imports ${indexes.join(", ")}`);
  for (const { entityId, content: { title } } of candidates) {
    const known = words.get(entityId) ?? [];
    if (!known.includes(title)) words.set(entityId, [...known, title]);
  }
  const ids = new Set(candidates.map(({ entityId }) => entityId));
  for (const version of device.store.versions()) {
    if (ids.has(version.entityId)) written.push(version);
  }
}

/** Of two devices one stops trusting the other, or takes it back. */
export function removeOrPairAgain({ random, ways, trace }: World): void {
  const [a, b] = random.pick(ways);
  const [one, other] = random.happens(0.5) ? [a, b] : [b, a];
  if (one.store.peers.find(other.deviceId)!.removedAt === null) {
    one.store.peers.remove(other.deviceId);
    trace(`${one.name} removes ${other.name}`);
  } else {
    one.pin(other);
    trace(`${one.name} takes ${other.name} back`);
  }
}

function restart({ random, devices, trace }: World): void {
  const device = random.pick(devices);
  if (!device.isDurable) return;
  device.restart();
  trace(`${device.name} restarts`);
}

function pruneHistory({ random, devices, trace }: World): void {
  const device = random.pick(devices);
  const pruned = device.store.log.prune({ olderThanMs: 0, limit: 5 });
  trace(`${device.name} prunes ${pruned}`);
}

function backUp({ random, devices, trace }: World): void {
  const device = random.pick(devices);
  if (!device.isDurable) return;
  device.backUp();
  trace(`${device.name} is backed up`);
}

function restore({ random, devices, trace }: World): void {
  const device = random.pick(devices);
  if (device.isDurable && device.restore()) trace(`${device.name} is restored`);
}
