/** A page: its content in the frame, and the data that its islands start from. */
import type { PageData } from "../page_data.ts";
import { pageTitle } from "../page_title.ts";
import { Frame } from "./frame.tsx";
import { Island } from "./island.tsx";
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
    <Frame
      title={pageTitle(data)}
      section={data.name === "sync" ? "sync" : "memories"}
      device={device}
      csrfToken={csrfToken}
      aside={<Island name="device-name" data={data} />}
      below={below}
    >
      <Page data={data} />
    </Frame>
  );
}

function Page({ data }: { readonly data: PageData }) {
  if (data.name === "memories") return <Island name="feed" data={data} />;
  if (data.name === "memory") return <Island name="memory-article" data={data} />;
  return <SyncPage data={data} />;
}

/** The data for the islands; a script of a type that no browser runs. */
function PageDataScript({ data }: { readonly data: PageData }) {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return (
    <script type="application/json" id="page-data" dangerouslySetInnerHTML={{ __html: json }} />
  );
}
