/** The pages, rendered on the server: they can be read without a script. */
import { Hono } from "hono";
import { renderPage } from "../../../ui/render.tsx";
import { statusJson } from "../../sync/report/status_json.ts";
import { Convergence } from "../convergence.ts";
import type { RunningDevice } from "../running_device.ts";
import { memoriesPages } from "./memories_pages.ts";
import { syncPageData } from "./sync_page_data.ts";

/** Answers with pages. */
export function pages(device: RunningDevice, csrfToken: string): Hono {
  const convergence = new Convergence(device);
  const frame = () => ({ nowMs: device.nowMs(), status: statusJson(device.status()) });
  const app = new Hono();
  app.route("/", memoriesPages(device, { frame, csrfToken }));
  app.get("/sync", async (c) => {
    const data = await syncPageData(device, convergence);
    return c.html(renderPage({ ...frame(), ...data }, csrfToken));
  });
  return app;
}
