/** `POST /api/sync/actions/…`: what a person asks the device to do. */
import { Hono } from "hono";
import { changeSettings } from "../change_settings.ts";
import type { RunningDevice } from "../running_device.ts";
import { settingsJson } from "../settings_json.ts";
import { requirePeer } from "./peers.ts";
import { invalidField, readJsonObject } from "./request_body.ts";

/** Sync now, sync on and off, and new keys. */
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
      await changeSettings(device, { sync_enabled: enabled });
      return c.json(await settingsJson(device));
    });
  }
  app.post("/rotate-keys", async (c) => {
    const { sequence, fingerprint, previousFingerprint, rotatedAt } = await device.rotateKeys();
    return c.json({
      ...{ sequence, fingerprint, previous_fingerprint: previousFingerprint },
      rotated_at: rotatedAt,
    });
  });
  return app;
}
