/** The pages, rendered here: they can be read before, and without, any script. */
import { Hono } from "hono";
import { renderPage } from "../../../ui/render.tsx";
import { statusJson } from "../../sync/status_json.ts";
import { recentAttempts } from "../api/attempts.ts";
import type { RunningDevice } from "../running_device.ts";
import { settingsJson } from "../settings_json.ts";

/** Attempts that the page of sync shows at first. */
const ATTEMPTS_SHOWN = 50;

/** Answers with pages. */
export function pages(device: RunningDevice, csrfToken: string): Hono {
  const frame = () => ({ nowMs: device.nowMs(), status: statusJson(device.status()) });
  const app = new Hono();
  app.get("/", (c) => c.redirect("/sync"));
  app.get("/sync", async (c) => {
    const attempts = recentAttempts(device, { limit: ATTEMPTS_SHOWN });
    const config = await settingsJson(device);
    return c.html(renderPage({ name: "sync", ...frame(), attempts, config }, csrfToken));
  });
  return app;
}
