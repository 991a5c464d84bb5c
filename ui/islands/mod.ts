/** The islands: what moves once the script has loaded. */
import type { ComponentType } from "preact";
import type { PageData } from "../page_data.ts";
import { Attempts } from "./attempts/attempts.tsx";
import { Connection } from "./frame/connection.tsx";
import { DeviceName } from "./frame/device_name.tsx";
import { Feed } from "./memories/feed.tsx";
import { MemoryArticle } from "./memory/article.tsx";
import { Pairing } from "./pairing/pairing.tsx";
import { Peers } from "./peers/peers.tsx";
import { Settings } from "./settings/settings.tsx";
import { SyncStatus } from "./sync/status.tsx";

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
