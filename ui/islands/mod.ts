/** The islands: what moves once the script has loaded. */
import type { ComponentType } from "preact";
import type { PageData } from "../page_data.ts";
import { Connection } from "./connection.tsx";
import { SyncStatus } from "./sync_status.tsx";

/** What an island is given. */
export interface IslandProps {
  readonly data: PageData;
}

/** By name, as in `data-island`. */
export const ISLANDS = {
  "connection": Connection,
  "sync-status": SyncStatus,
} as const satisfies Readonly<Record<string, ComponentType<IslandProps>>>;

/** The name of an island. */
export type IslandName = keyof typeof ISLANDS;
