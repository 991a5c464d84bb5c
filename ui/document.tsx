/** The frame around every page. */
import { Island } from "./island.tsx";
import type { PageData } from "./page_data.ts";
import { SyncPage } from "./sync_page.tsx";

/** A whole document. */
export function Document(
  { data, csrfToken }: { readonly data: PageData; readonly csrfToken: string },
) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="csrf-token" content={csrfToken} />
        <title>{`Sync · codemem on ${data.status.device_name}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/app.css" />
        <script type="module" src="/assets/app.js" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="masthead">
          <a class="wordmark" href="/">codemem</a>
          <nav aria-label="Pages">
            <a href="/">Memories</a>
            <a href="/sync" aria-current={data.name === "sync" ? "page" : undefined}>Sync</a>
          </nav>
          <span class="device" title="This device">{data.status.device_name}</span>
        </header>
        <main id="main">
          <SyncPage data={data} />
        </main>
        <Island name="connection" data={data} />
        <PageDataScript data={data} />
      </body>
    </html>
  );
}

/** The data for the islands; a script of a type that no browser runs. */
function PageDataScript({ data }: { readonly data: PageData }) {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return (
    <script type="application/json" id="page-data" dangerouslySetInnerHTML={{ __html: json }} />
  );
}
