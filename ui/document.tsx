/** A page: its content in the frame, and the data that its islands start from. */
import { Frame } from "./frame.tsx";
import { Island } from "./island.tsx";
import type { PageData } from "./page_data.ts";
import { SyncPage } from "./sync_page.tsx";

/** A whole document. */
export function Document(
  { data, csrfToken }: { readonly data: PageData; readonly csrfToken: string },
) {
  const below = (
    <>
      <Island name="connection" data={data} />
      <PageDataScript data={data} />
    </>
  );
  const { device_name: device } = data.status;
  return (
    <Frame title="Sync" section="sync" device={device} csrfToken={csrfToken} below={below}>
      <SyncPage data={data} />
    </Frame>
  );
}

/** The data for the islands; a script of a type that no browser runs. */
function PageDataScript({ data }: { readonly data: PageData }) {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return (
    <script type="application/json" id="page-data" dangerouslySetInnerHTML={{ __html: json }} />
  );
}
