/** `GET /api/sync/attempts`: what became of the last passes. */
import { Hono } from "hono";
import { attemptsJson } from "../../sync/report/attempts_json.ts";
import type { RunningDevice } from "../running_device.ts";
import { requirePeer } from "./peers.ts";
import { wholeNumber } from "./request_body.ts";

/** The newest attempts, of all peers or of one (`peer_device_id`). */
export function attemptsApi(device: RunningDevice): Hono {
  return new Hono().get("/", (c) => {
    const parameters = new URL(c.req.url).searchParams;
    const limit = wholeNumber(parameters, "limit", { min: 1, max: 1_000, fallback: 50 });
    const id = parameters.get("peer_device_id");
    const peerDeviceId = id === null ? undefined : requirePeer(device, id).deviceId;
    return c.json({ attempts: recentAttempts(device, { limit, peerDeviceId }) });
  });
}

/** The newest attempts with the names of their peers. */
export function recentAttempts(
  { store }: RunningDevice,
  options: { readonly limit: number; readonly peerDeviceId?: string | undefined },
): ReturnType<typeof attemptsJson> {
  const names = new Map(store.peers.list().map(({ deviceId, name }) => [deviceId, name]));
  return attemptsJson(store.attempts.list(options), names);
}
