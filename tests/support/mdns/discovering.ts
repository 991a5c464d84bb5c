/**
 * A process that runs discovery on whatever host it is started on. Takes {@link Discovering} as JSON;
 * answers each line it reads, `tell`, `refresh` or `stop`, with {@link Told} as a line of JSON.
 */
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { stdin } from "node:process";
import { type Discovery, startDiscovery } from "../../../lib/mdns/discovery.ts";

/** Who this is, and who is looked for. Keys are hex. */
export interface Discovering {
  /** Absent: it announces nothing. */
  readonly ownKey?: string;
  /** Where it says it listens, at every address of the interface. */
  readonly port: number;
  /** By device id. */
  readonly peerKeys: Readonly<Record<string, string>>;
}

/** What the process knows. */
export interface Told {
  readonly state: Discovery["state"];
  /** By device id, `host:port` each. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Ids of devices, as they were reported to be seen. */
  readonly seen: readonly string[];
  readonly faults: readonly string[];
}

if (import.meta.main) await discover(JSON.parse(Deno.args[0]!));

async function discover({ ownKey, port, peerKeys }: Discovering): Promise<void> {
  const seen: string[] = [];
  const faults: string[] = [];
  const deviceIds = Object.keys(peerKeys);
  const addressesOn = (name: string) =>
    Deno.networkInterfaces()
      .filter((each) => each.name === name)
      .map(({ address }) => ({ host: address, port }));
  const discovery = startDiscovery({
    advert: ownKey === undefined ? undefined : { discoveryKey: bytes(ownKey), addressesOn },
    peers: () => deviceIds.map((id) => ({ deviceId: id, discoveryKey: bytes(peerKeys[id]!) })),
    onSeen: (deviceId) => seen.push(deviceId),
    onFault: (error) => faults.push(String(error)),
    nowMs: Date.now,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  });
  const tell = () => {
    const addresses = Object.fromEntries(deviceIds.map((id) => [id, discovery.addressesOf(id)]));
    console.log(JSON.stringify({ state: discovery.state, addresses, seen, faults }));
  };
  for await (const line of createInterface(stdin)) {
    if (line === "refresh") discovery.refresh();
    if (line === "stop") await discovery.stop();
    tell();
  }
  await discovery.stop();
}

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
