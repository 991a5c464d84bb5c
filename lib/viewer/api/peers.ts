/** `/api/sync/peers`: the devices this one is paired with. */
import { Hono } from "hono";
import { CodememError } from "../../errors.ts";
import { cleanDeviceName, MAX_DEVICE_NAME } from "../../model/device.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { statusJson } from "../../sync/report/status_json.ts";
import type { RunningDevice } from "../running_device.ts";
import { invalidField, readJsonObject, requiredText } from "./request_body.ts";

/** Lists, renames and removes. */
export function peersApi(device: RunningDevice): Hono {
  const { peers } = device.store;
  const app = new Hono();
  app.get("/", (c) => c.json({ peers: statusJson(device.status()).peers }));
  app.post("/rename", async (c) => {
    const body = await readJsonObject(c.req.raw);
    const { deviceId } = requirePeer(device, requiredText(body, "peer_device_id"));
    const name = requireName(requiredText(body, "name"));
    peers.rename(deviceId, name);
    return c.json({ peer_device_id: deviceId, name });
  });
  app.delete("/:id", (c) => {
    const { deviceId } = requirePeer(device, c.req.param("id"));
    peers.remove(deviceId);
    return c.json({ peer_device_id: deviceId, removed: true });
  });
  return app;
}

/**
 * The peer with this id that is paired now.
 *
 * @throws not_found
 */
export function requirePeer({ store }: RunningDevice, deviceId: string): Peer {
  const peer = store.peers.find(deviceId);
  if (peer !== undefined && peer.removedAt === null) return peer;
  throw new CodememError("not_found", "No device with this id is paired here", {
    hint: "GET /api/sync/peers lists them",
    details: { field: "peer_device_id" },
  });
}

function requireName(text: string): string {
  const name = cleanDeviceName(text);
  if (name !== undefined && name === text.trim()) return name;
  throw invalidField("name", `one line of 1 to ${MAX_DEVICE_NAME} characters`, text);
}
