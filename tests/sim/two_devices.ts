/** Two paired devices over a network without faults. */
import { type SyncOutcome, syncPeer } from "../../lib/sync/ask/sync_peer.ts";
import { Random } from "../support/random.ts";
import type { TempFolder } from "../support/devices/stores.ts";
import { SimDevice } from "./sim_device.ts";
import { SimNetwork } from "./sim_network.ts";

const NOW_MS = Date.parse("2026-01-01T00:00:00.000Z");

/** Options of {@link twoDevices}. */
export interface TwoDevicesOptions {
  /** Holds the database of B; without it, that one too is in memory. */
  readonly folder?: TempFolder;
  /** Is called before each request is delivered. */
  readonly onTransit?: () => void;
}

/** Starts them, A and B. */
export async function twoDevices(
  { folder, onTransit = () => {} }: TwoDevicesOptions = {},
): Promise<readonly [SimDevice, SimDevice]> {
  const network = new SimNetwork(new Random(1), {
    ...{ onTransit, onCrash: () => {}, trace: () => {} },
    refusesReplays: () => true,
  });
  const start = (name: string, index: number) =>
    SimDevice.start({
      ...{ name, network, trueNowMs: () => NOW_MS },
      path: name === "B" ? folder?.file("b.db") : undefined,
      host: `10.0.0.${index}`,
      seed: index,
    });
  const [a, b] = [await start("A", 1), await start("B", 2)];
  a.pin(b);
  b.pin(a);
  return [a, b];
}

/** One attempt of `from` at `to`, however it ends. */
export async function attempt(from: SimDevice, to: SimDevice): Promise<SyncOutcome> {
  const peer = from.store.peers.find(to.deviceId)!;
  return await syncPeer(from.context, peer, { signal: new AbortController().signal });
}

/** One pass, which must not fail, and the state it leaves the peer in. */
export async function pass(from: SimDevice, to: SimDevice) {
  const { result, error } = await attempt(from, to);
  if (error !== undefined) throw error;
  return { ...result!, state: from.store.peers.find(to.deviceId)!.state };
}
