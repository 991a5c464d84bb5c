/** The page of sync. */
import { Island } from "./island.tsx";
import type { SyncPageData } from "./page_data.ts";

/** How this device and its peers stand, and all that can be done about it. */
export function SyncPage({ data }: { readonly data: SyncPageData }) {
  return (
    <div class="stack sync">
      <div class="row apart">
        <h1>Sync</h1>
        <Island name="settings" data={data} />
      </div>
      <Island name="sync-status" data={data} />
      <Island name="peers" data={data} />
      <Island name="pairing" data={data} />
      <Island name="attempts" data={data} />
      <noscript>
        <p class="note">
          Without JavaScript this page can be read but not acted on: it shows how things stood when
          it was loaded. The commands below <code>codemem sync</code> do all that it does.
        </p>
      </noscript>
    </div>
  );
}
