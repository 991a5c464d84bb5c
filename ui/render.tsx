/** From the data of a page to its HTML. */
import { renderToString } from "preact-render-to-string";
import { Document } from "./document.tsx";
import { createLive, LiveContext } from "./live.ts";
import type { PageData } from "./page_data.ts";

/**
 * Renders a page. Whatever comes from outside is text in it.
 *
 * @param csrfToken what its requests are known by
 */
export function renderPage(data: PageData, csrfToken: string): string {
  const page = (
    <LiveContext.Provider value={createLive(data)}>
      <Document data={data} csrfToken={csrfToken} />
    </LiveContext.Provider>
  );
  return `<!doctype html>${renderToString(page)}`;
}
