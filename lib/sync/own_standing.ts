/** What this device tells of itself to a peer that it asks. */
import { formatCursor } from "../model/cursor.ts";
import type { CallerStanding } from "../protocol/status_query.ts";
import type { SyncContext } from "./context.ts";

/** What this device holds now, and what its adverts are recognised by. */
export function ownStanding({ store }: SyncContext): CallerStanding {
  const { digest, head } = store.log.snapshot();
  const holding = { digest, head: formatCursor(head) };
  return { holding, discoveryKey: store.device.discoveryKey() };
}
