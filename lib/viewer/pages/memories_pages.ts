/** The pages of memories: the feed with its search, and one memory. */
import { Hono } from "hono";
import { renderPage } from "../../../ui/render.tsx";
import type { MemoriesQueryData, PageFrame } from "../../../ui/page_data.ts";
import { wholeMemory } from "../api/memories.ts";
import { deviceNames, facetsJson } from "../api/memories_json.ts";
import { memoriesPage, memoriesQuery } from "../api/memories_query.ts";
import type { RunningDevice } from "../running_device.ts";

/** Answers with `/` and `/memories/…`. */
export function memoriesPages(
  device: RunningDevice,
  { frame, csrfToken }: { readonly frame: () => PageFrame; readonly csrfToken: string },
): Hono {
  const { feed } = device;
  const app = new Hono();
  app.get("/", async (c) => {
    const { searchParams } = new URL(c.req.url);
    const list = await memoriesPage(device, memoriesQuery(searchParams));
    const facets = facetsJson(await feed.facets(), deviceNames(device));
    const query = queryData(searchParams);
    const isOlder = searchParams.has("before");
    const data = { name: "memories", ...frame(), query, isOlder, list, facets } as const;
    return c.html(renderPage(data, csrfToken));
  });
  app.get("/memories/:id", (c) => {
    const found = wholeMemory(device, c.req.param("id"));
    const query = queryData(new URL(c.req.url).searchParams);
    return c.html(renderPage({ name: "memory", ...frame(), query, found }, csrfToken));
  });
  return app;
}

function queryData(parameters: URLSearchParams): MemoriesQueryData {
  const given = (name: string) => parameters.get(name)?.trim() ?? "";
  return {
    q: given("q"),
    project: given("project"),
    kind: given("kind"),
    device: given("device"),
    set_aside: given("set_aside"),
  };
}
