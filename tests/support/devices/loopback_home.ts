/** Devices on a command line that find each other on the loopback address alone. */
import { freePort } from "../system/free_port.ts";
import { Home } from "./home.ts";

/**
 * Makes a home in a new folder, whose device listens on free ports of 127.0.0.1.
 *
 * @param signal ends whatever command runs on the device
 */
export async function makeLoopbackHome(
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<Home> {
  await Deno.mkdir(folder);
  const home = new Home(folder, { signal });
  const config = {
    device_name: name,
    sync_enabled: true,
    sync_bind: ["127.0.0.1"],
    sync_port: freePort(),
    sync_mdns: false,
    sync_interval_s: 86_400,
    viewer_port: freePort(),
  };
  await Deno.writeTextFile(home.path("config.json"), JSON.stringify(config));
  return home;
}

/** Pairs two devices as their owner would; `serve` must be running on the inviter. */
export async function pairHomes(inviter: Home, acceptor: Home): Promise<void> {
  await acceptor.json("sync", "enable");
  const { payload } = await inviter.json<{ payload: string }>("sync", "pair");
  const { outcome } = await acceptor.json<{ outcome: string }>(
    ...["sync", "pair", "--accept", payload],
  );
  if (outcome !== "paired") throw new Error(`Pairing ended with "${outcome}"`);
}
