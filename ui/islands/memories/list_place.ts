/** Where a person is in a list: rows that were never drawn have no height yet, so that pixels do not tell. */

/** The row at the top of the window. */
export interface Place {
  /** Where its link leads. */
  readonly href: string;
  /** How far below the top of the window it begins, in pixels. */
  readonly top: number;
}

const ROW = ".memory";

/** The place as it is; `undefined` at the very top. */
export function placeNow(): Place | undefined {
  if (scrollY === 0) return undefined;
  const row = [...document.querySelectorAll(ROW)]
    .find((each) => each.getBoundingClientRect().bottom > 0);
  const href = row?.querySelector("a")?.getAttribute("href");
  return row && href ? { href, top: row.getBoundingClientRect().top } : undefined;
}

/** Goes there, where the row still is. Rows above it get their height only now: then once more. */
export function scrollToPlace(place: Place, times = 3): void {
  const row = document.querySelector(`${ROW} a[href="${CSS.escape(place.href)}"]`)?.closest(ROW);
  if (!row) return;
  scrollBy({ top: row.getBoundingClientRect().top - place.top });
  if (times > 1) requestAnimationFrame(() => scrollToPlace(place, times - 1));
}
