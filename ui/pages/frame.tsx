/** What is around the content of every page, also of one that says what went wrong. */
import type { ComponentChildren } from "preact";
import { windowTitle } from "../page_title.ts";

/** The pages that the masthead leads to. */
export type Section = "memories" | "sync";

/** Properties of {@link Frame}. */
export interface FrameProps {
  /** Of the page, without the name of the program. */
  readonly title: string;
  /** Where the page belongs. */
  readonly section?: Section | undefined;
  /** The name of this device, where it is known. */
  readonly device?: string | undefined;
  /** The token that requests of the page carry; without it the page has no script. */
  readonly csrfToken?: string | undefined;
  /** What stands at the end of the masthead. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  /** What stands below the content, outside of it. */
  readonly below?: ComponentChildren;
}

/** A whole document. */
export function Frame({ title, section, device, csrfToken, aside, children, below }: FrameProps) {
  const current = (name: Section) => section === name ? "page" : undefined;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {csrfToken !== undefined && <meta name="csrf-token" content={csrfToken} />}
        <title>{windowTitle(title, device)}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/app.css" />
        {csrfToken !== undefined && <script type="module" src="/assets/app.js" />}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="masthead">
          <a class="wordmark" href="/">codemem</a>
          <nav aria-label="Pages">
            <a href="/" aria-current={current("memories")}>Memories</a>
            <a href="/sync" aria-current={current("sync")}>Sync</a>
          </nav>
          {aside}
        </header>
        <main id="main">{children}</main>
        {below}
      </body>
    </html>
  );
}
