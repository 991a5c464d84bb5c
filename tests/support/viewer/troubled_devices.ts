/** Devices with every trouble that a page tells of, as it comes about between real ones. */
import { randomUUID } from "node:crypto";
import type { MemoryDraft } from "../../../lib/store/memories/memories.ts";
import { pair, startDevice, sync, type TestDevice } from "../devices/device.ts";
import { newKeyHolder } from "../attackers/key_holder.ts";
import { rotate } from "../devices/rotate.ts";

/** Names are as long as they may be here. */
const LONG_NAME = "the workstation in the attic that only runs at the weekends!";

/** A memory none of whose parts fits a line. */
const LONG_MEMORY: MemoryDraft = {
  kind: "exploration-of-what-nobody-has-looked-at",
  title: `Why ${"the retries of the retries ".repeat(8)}never end`,
  body: "Every layer tries again for itself. ".repeat(40),
  subtitle: "Found while looking for something else entirely, in three evenings",
  project: "a-project-whose-name-tells-all-that-it-is-about-and-then-some",
  tags: ["retries", "a-tag-that-is-hardly-a-word-any-more-but-still-one", "network", "later"],
  facts: ["Each layer multiplies the attempts of the one below by three", "f".repeat(200)],
  filesRead: [`src/${"deeply/nested/".repeat(12)}retry.ts`],
  confidence: 0.4,
};

/** The devices, and what is to be looked at on them. */
export interface Troubled {
  /** Each of its peers has a trouble of its own, and so has something that one of them has sent. */
  readonly device: TestDevice;
  /** Another copy of its database has gone on. */
  readonly forked: TestDevice;
  /** Its database was deleted. */
  readonly lost: TestDevice;
  readonly memoryId: string;
}

/** Starts them; they end with `stack`. */
export async function startTroubled(stack: AsyncDisposableStack): Promise<Troubled> {
  const start = async (name: string) => stack.use(await startDevice(name, { loop: false }));
  const device = await start(LONG_NAME);
  const { id: memoryId } = device.store.memories.remember(LONG_MEMORY);
  const pairedWith = async (name: string) => {
    const peer = await start(name);
    await pair(device, peer);
    await sync(device, peer);
    return peer;
  };
  await rotates(device, await pairedWith("old desktop"));
  await removesIt(device, await pairedWith("phone"));
  await showsAnotherKey(device, await pairedWith("nas"));
  await isForked(device, await pairedWith("laptop restored from a backup of the week before last"));
  hasTwoKeys(device, await pairedWith("server"));
  isCopied(device, await pairedWith("studio whose disk was cloned"));
  const forked = await start("clone");
  forked.store.lives.markForked({ restoredMs: 0 });
  const lost = await start("den");
  await Deno.remove(lost.paths.database);
  return { device, forked, lost, memoryId };
}

async function rotates(device: TestDevice, peer: TestDevice): Promise<void> {
  await rotate(peer);
  await sync(peer, device);
  const from = { peerDeviceId: peer.store.deviceId, fingerprint: peer.identity.fingerprint };
  const fromLater = { entity_type: "star", entity_id: randomUUID() };
  device.store.apply([
    { op_id: randomUUID(), ...fromLater },
    { op_id: randomUUID(), ...fromLater, entity_type: "memory" },
  ], from);
}

async function removesIt(device: TestDevice, peer: TestDevice): Promise<void> {
  peer.store.peers.remove(device.store.deviceId);
  await sync(device, peer);
}

async function showsAnotherKey(device: TestDevice, peer: TestDevice): Promise<void> {
  const other = await newKeyHolder(peer.store.deviceId);
  const addresses = [peer.address];
  device.store.peers.pin({ ...other, name: peer.name }, { addresses, replaceKey: true });
  await sync(device, peer);
}

async function isForked(device: TestDevice, peer: TestDevice): Promise<void> {
  peer.store.lives.markForked({ restoredMs: 0 });
  await sync(device, peer);
}

function hasTwoKeys(device: TestDevice, peer: TestDevice): void {
  device.store.rotations.recordFork(peer.store.deviceId);
}

function isCopied(device: TestDevice, peer: TestDevice): void {
  device.store.lives.recordCopyOfPeer(peer.store.deviceId);
}
