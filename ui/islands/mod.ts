/** The islands: what moves once the script has loaded. */
import type { ComponentType } from "preact";
import type { PageData } from "../page_data.ts";
import { Attempts } from "./attempts.tsx";
import { Connection } from "./connection.tsx";
import { DeviceName } from "./device_name.tsx";
import { Feed } from "./feed.tsx";
import { MemoryArticle } from "./memory_article.tsx";
import { Pairing } from "./pairing.tsx";
import { Peers } from "./peers.tsx";
import { Settings } from "./settings.tsx";
import { SyncStatus } from "./sync_status.tsx";

/** What an island is given. */
export interface IslandProps {
  readonly data: PageData;
}

/** By name, as in `data-island`. */
export const ISLANDS = {
  "attempts": Attempts,
  "connection": Connection,
  "device-name": DeviceName,
  "feed": Feed,
  "memory-article": MemoryArticle,
  "pairing": Pairing,
  "peers": Peers,
  "settings": Settings,
  "sync-status": SyncStatus,
} as const satisfies Readonly<Record<string, ComponentType<IslandProps>>>;

/** The name of an island. */
export type IslandName = keyof typeof ISLANDS;
