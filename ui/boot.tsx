/** Brings the islands of a page to life. */
import { type ComponentType, hydrate } from "preact";
import { type IslandProps, ISLANDS } from "./islands/mod.ts";
import { createLive, LiveContext } from "./live.ts";
import { followEvents } from "./live_events.ts";
import type { PageData } from "./page_data.ts";

const data: PageData = JSON.parse(document.getElementById("page-data")!.textContent!);
const live = createLive(data);
for (const place of document.querySelectorAll<HTMLElement>("[data-island]")) {
  const Content: ComponentType<IslandProps> = ISLANDS[place.dataset.island as keyof typeof ISLANDS];
  hydrate(
    <LiveContext.Provider value={live}>
      <Content data={data} />
    </LiveContext.Provider>,
    place,
  );
}
followEvents(live);
