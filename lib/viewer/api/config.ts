/** `/api/sync/config`: the settings. */
import { Hono } from "hono";
import { CodememError } from "../../errors.ts";
import { changeSettings } from "../change_settings.ts";
import type { RunningDevice, SettingChanges } from "../running_device.ts";
import { settingsJson } from "../settings_json.ts";
import { readJsonObject } from "./request_body.ts";

/** Reads and changes them; all of a request's changes hold, or none. */
export function configApi(device: RunningDevice): Hono {
  const app = new Hono();
  app.get("/", async (c) => c.json(await settingsJson(device)));
  app.put("/", async (c) => {
    const body = await readJsonObject(c.req.raw);
    if (Object.keys(body).length === 0) {
      throw new CodememError("invalid_input", "There is no setting in the request", {
        hint: 'Send the settings to change, such as {"sync_port": 7337}; null resets one',
      });
    }
    const changes: SettingChanges = Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, value ?? undefined] as const),
    );
    await changeSettings(device, changes);
    return c.json(await settingsJson(device));
  });
  return app;
}
