/** Where an island stands in a page. */
import { IslandContext } from "../island_id.ts";
import { type IslandName, type IslandProps, ISLANDS } from "../islands/mod.ts";

/** Renders an island, and marks its place for the script that brings it to life. */
export function Island({ name, data }: IslandProps & { readonly name: IslandName }) {
  const Content = ISLANDS[name];
  return (
    <div class="island" data-island={name}>
      <IslandContext.Provider value={name}>
        <Content data={data} />
      </IslandContext.Provider>
    </div>
  );
}
