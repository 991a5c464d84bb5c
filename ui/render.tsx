/** From the data of a page to its HTML. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { createLive, LiveContext } from "./live/live.ts";
import type { PageData } from "./page_data.ts";
import { Document } from "./pages/document.tsx";
import { ErrorPage, type ErrorPageProps } from "./pages/error_page.tsx";

/**
 * Renders a page. Memories and whatever else comes from outside are escaped.
 *
 * @param csrfToken the token that requests of the page carry
 */
export function renderPage(data: PageData, csrfToken: string): string {
  return documentText(
    <LiveContext.Provider value={createLive(data)}>
      <Document data={data} csrfToken={csrfToken} />
    </LiveContext.Provider>,
  );
}

/** Renders the page that says what went wrong. */
export function renderErrorPage(props: ErrorPageProps): string {
  return documentText(<ErrorPage {...props} />);
}

function documentText(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}
