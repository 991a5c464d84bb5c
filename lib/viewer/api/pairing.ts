/** `/api/sync/pairing`: inviting a device, and accepting an invitation. */
import { Hono } from "hono";
import { acceptedJson, inviteJson } from "../../sync/pairing/pairing_json.ts";
import { OpenInvite } from "../open_invite.ts";
import type { RunningDevice } from "../running_device.ts";
import { flag, readJsonObject, requiredText } from "./request_body.ts";

/** Longer than it takes to try all addresses of an invitation in vain. */
const ACCEPT_TIMEOUT_MS = 60_000;

/** `GET` gives the invitation that is open, and makes one where none is. */
export function pairingApi(device: RunningDevice): Hono {
  const invite = new OpenInvite(device);
  const app = new Hono();
  app.get("/", (c) => c.json(inviteJson(invite.current())));
  app.post("/accept", async (c) => {
    const body = await readJsonObject(c.req.raw);
    const accepted = await device.accept(requiredText(body, "payload"), {
      replaceKey: flag(body, "replace_key"),
      // A page that is closed meanwhile must not leave the two half paired.
      signal: AbortSignal.timeout(ACCEPT_TIMEOUT_MS),
    });
    return c.json(acceptedJson(accepted));
  });
  return app;
}
