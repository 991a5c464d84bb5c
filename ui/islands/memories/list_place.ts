/** Where a person is in a list: told by a row, because rows that were never drawn have no height yet. */
import { useEffect } from "preact/hooks";

/** The row at the top of the window. */
interface Place {
  /** Where its link leads. */
  readonly href: string;
  /** How far below the top of the window it begins, in pixels. */
  readonly top: number;
}

/** What is kept of a list that is left. */
interface Left {
  readonly rows: number;
  readonly place: Place | undefined;
}

/** A list that can be found again. */
export interface Restorable {
  readonly rows: number;
  readUpTo(rows: number): Promise<void>;
}

/** The number of rows that are read again at most. */
const MAX_RESTORED = 1_000;

const ROW = ".memory";

/** Returns a person who comes back to the list to the place that they left. */
export function useReturn(list: Restorable): void {
  useEffect(() => {
    const { rows = 0, place } = (history.state ?? {}) as Partial<Left>;
    void list.readUpTo(Math.min(rows, MAX_RESTORED)).then(() => {
      if (place !== undefined) requestAnimationFrame(() => scrollToPlace(place));
    });
    const keep = () => {
      const left: Left = { rows: list.rows, place: placeNow() };
      history.replaceState(left, "");
    };
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, []);
}

/** The place as it is; `undefined` at the very top. */
function placeNow(): Place | undefined {
  if (scrollY === 0) return undefined;
  const row = [...document.querySelectorAll(ROW)]
    .find((each) => each.getBoundingClientRect().bottom > 0);
  const href = row?.querySelector("a")?.getAttribute("href");
  return row && href ? { href, top: row.getBoundingClientRect().top } : undefined;
}

/** Scrolls to the row, if it is still there; again, because rows above it get their height only then. */
function scrollToPlace(place: Place, times = 3): void {
  const row = document.querySelector(`${ROW} a[href="${CSS.escape(place.href)}"]`)?.closest(ROW);
  if (!row) return;
  scrollBy({ top: row.getBoundingClientRect().top - place.top });
  if (times > 1) requestAnimationFrame(() => scrollToPlace(place, times - 1));
}
