/** The page of sync. */
import type { ConfigData, SyncPageData } from "../page_data.ts";
import { Island } from "./island.tsx";

/** The state of this device and its peers, and all that can be done about it. */
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
        <WithoutScript config={data.config} />
      </noscript>
    </div>
  );
}

/** What otherwise only the script shows. */
function WithoutScript({ config }: { readonly config: ConfigData }) {
  const values = new Map(Object.entries(config));
  return (
    <section class="panel" aria-labelledby="without-script">
      <header>
        <h2 id="without-script">Without JavaScript</h2>
      </header>
      <div class="body stack">
        <p>
          This page can be read but not acted on, and shows how things stood when it was loaded. To
          pair, run <code>codemem sync pair</code>{" "}
          in a terminal on this machine, and the command that it prints on the other.{" "}
          <code>codemem config set</code> changes these settings:
        </p>
        <dl class="facts">
          {config.about.map(({ name, summary }) => (
            <>
              <dt title={summary}>{name}</dt>
              <dd>{String(values.get(name))}</dd>
            </>
          ))}
        </dl>
      </div>
    </section>
  );
}
