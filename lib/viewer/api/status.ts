/** `GET /api/sync/status`: how sync stands. */
import { Hono } from "hono";
import { statusJson } from "../../sync/report/status_json.ts";
import type { RunningDevice } from "../running_device.ts";

/** Answers with the object of `codemem sync status --json`. */
export function statusApi(device: RunningDevice): Hono {
  return new Hono().get("/", (c) => c.json(statusJson(device.status())));
}
