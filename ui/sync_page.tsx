/** The page of sync. */
import { Island } from "./island.tsx";
import type { SyncPageData } from "./page_data.ts";

/** How this device and its peers stand, and all that can be done about it. */
export function SyncPage({ data }: { readonly data: SyncPageData }) {
  return (
    <>
      <h1>Sync</h1>
      <Island name="sync-status" data={data} />
    </>
  );
}
