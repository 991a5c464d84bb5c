/** What the page of sync shows besides what every page knows. */
import { recentAttempts } from "../api/attempts.ts";
import type { Convergence } from "../convergence.ts";
import type { RunningDevice } from "../running_device.ts";
import { settingsJson } from "../settings_json.ts";

/** Attempts that the page shows at first. */
const ATTEMPTS_SHOWN = 50;

/** Reads it. */
export async function syncPageData(device: RunningDevice, convergence: Convergence) {
  return {
    name: "sync" as const,
    attempts: recentAttempts(device, { limit: ATTEMPTS_SHOWN }),
    config: await settingsJson(device),
    convergence: convergence.lines(),
  };
}
