/** Brings the islands of a page to life. */
import { type ComponentType, hydrate } from "preact";
import { IslandContext } from "./island_id.ts";
import { type IslandName, type IslandProps, ISLANDS } from "./islands/mod.ts";
import { followEvents } from "./live/follow_events.ts";
import { createLive, LiveContext } from "./live/live.ts";
import type { PageData } from "./page_data.ts";

const data: PageData = JSON.parse(document.getElementById("page-data")!.textContent!);
const live = createLive(data);
for (const place of document.querySelectorAll<HTMLElement>("[data-island]")) {
  const name = place.dataset.island as IslandName;
  const Content: ComponentType<IslandProps> = ISLANDS[name];
  hydrate(
    <LiveContext.Provider value={live}>
      <IslandContext.Provider value={name}>
        <Content data={data} />
      </IslandContext.Provider>
    </LiveContext.Provider>,
    place,
  );
}
followEvents(live);
