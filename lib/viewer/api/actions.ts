/** `POST /api/sync/actions/…`: what a person asks the device to do. */
import { Hono } from "hono";
import { settingsJson } from "../settings_json.ts";
import type { RunningDevice } from "../running_device.ts";
import { requirePeer } from "./peers.ts";
import { invalidField, readJsonObject } from "./request_body.ts";

/** Sync now, and sync on and off. */
export function actionsApi(device: RunningDevice): Hono {
  const app = new Hono();
  app.post("/sync-now", async (c) => {
    const { peer_device_id: id } = await readJsonObject(c.req.raw);
    if (id !== undefined && typeof id !== "string") {
      throw invalidField("peer_device_id", "the id of a device", id);
    }
    const started = id === undefined
      ? device.store.peers.list().map(({ deviceId }) => deviceId)
      : [requirePeer(device, id).deviceId];
    device.syncNow(started);
    return c.json({ started });
  });
  for (const [action, enabled] of [["enable", true], ["disable", false]] as const) {
    app.post(`/${action}`, async (c) => {
      await device.changeSettings({ sync_enabled: enabled });
      return c.json(await settingsJson(device));
    });
  }
  return app;
}
