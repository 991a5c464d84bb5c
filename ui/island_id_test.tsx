import { assertEquals } from "@std/assert";
import { renderToString } from "preact-render-to-string";
import { IslandContext, useIslandId } from "./island_id.ts";

Deno.test("islands that are brought to life one by one have no id in common", () => {
  const idsOf = (island: string) =>
    renderToString(
      <IslandContext.Provider value={island}>
        <Part />
        <Part />
      </IslandContext.Provider>,
    ).match(/id="[^"]+"/g)!;
  const ids = [...idsOf("peers"), ...idsOf("settings")];
  assertEquals(new Set(ids).size, 4, ids.join());
});

function Part() {
  return <p id={useIslandId()} />;
}
