/** What lists and searches of memories leave out. */
import type { Column } from "../database.ts";

/** What to list; without a member, all of it. */
export interface FeedFilter {
  readonly project?: string | undefined;
  readonly kind?: string | undefined;
  readonly originDeviceId?: string | undefined;
  /** Memories that were set aside: `none` without it. */
  readonly setAside?: "none" | "only" | "included" | undefined;
}

/** The filter as a condition on `memories m`. */
export function filterCondition(filter: FeedFilter): { where: string; values: Column[] } {
  const parts = ["m.deleted_at IS NULL"];
  const values: Column[] = [];
  const { setAside = "none" } = filter;
  if (setAside !== "included") parts.push(`m.active = ${setAside === "only" ? 0 : 1}`);
  const wanted = {
    project: filter.project,
    kind: filter.kind,
    origin_device_id: filter.originDeviceId,
  };
  for (const [column, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    parts.push(`m.${column} = ?`);
    values.push(value);
  }
  return { where: parts.join(" AND "), values };
}
