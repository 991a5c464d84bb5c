/** What a page is called in the window's title and in the history. */
import { withoutBidiControls } from "../lib/model/bidi.ts";
import { clip } from "../lib/model/excerpt.ts";
import type { PageData } from "./page_data.ts";

const LENGTH = 60;

/** The title of the window; the device's name tells several tabs apart. */
export function windowTitle(title: string, device?: string): string {
  return `${title} · codemem${device === undefined ? "" : ` on ${device}`}`;
}

/** The title of a page. */
export function pageTitle(data: PageData): string {
  if (data.name === "sync") return "Sync";
  if (data.name === "memories") {
    return data.query.q === "" ? "Memories" : plain(data.query.q);
  }
  const { memory } = data.found;
  return memory.deleted_at === null ? plain(memory.title) : "Forgotten";
}

function plain(text: string): string {
  return withoutBidiControls(clip(text, LENGTH));
}
