/** The list of memories as it is shown: what it was asked for, as far as it was read. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { read } from "../../api.ts";
import { useArrivals } from "../../live/use_arrivals.ts";
import type {
  FacetsData,
  MemoriesData,
  MemoriesPageData,
  MemoriesQueryData,
} from "../../page_data.ts";
import type { Problem } from "../../parts/error_note.tsx";
import { type Place, placeNow, scrollToPlace } from "./list_place.ts";
import { queryText } from "./query.ts";

/** A person who types is done with a word after this time. */
const TYPING_MS = 120;

/** As many as one request may ask for. */
const MAX_LIMIT = 200;

/** Who has read further than this begins there. */
const MAX_RESTORED = 2_000;

/** The list, and what can be done with it. */
export type MemoryList = ReturnType<typeof useMemoryList>;

/** Starts from what the page came with. */
export function useMemoryList(data: MemoriesPageData) {
  const query = useSignal(data.query);
  /** One after the other, as they were read. */
  const pages = useSignal<readonly MemoriesData[]>([data.list]);
  const facets = useSignal(data.facets);
  const isOlder = useSignal(data.isOlder);
  const busy = useSignal<"" | "searching" | "reading on">("");
  const problem = useSignal<Problem | undefined>(undefined);
  const arrived = useSignal(0);
  const request = useRef<AbortController | undefined>(undefined);
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  /** The newest question is the only one whose answer counts. */
  const ask = async <T>(path: string): Promise<T | undefined> => {
    request.current?.abort();
    const own = request.current = new AbortController();
    const answer = await read<T>(path, own.signal).catch(() => undefined);
    if (answer === undefined || own.signal.aborted) return undefined;
    busy.value = "";
    problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  };
  const reload = async () => {
    busy.value = "searching";
    const list = await ask<MemoriesData>(`/api/memories${queryText(query.value)}`);
    if (list === undefined) return;
    pages.value = [list];
    isOlder.value = false;
    arrived.value = 0;
    const fresh = await read<FacetsData>("/api/memories/facets");
    if (fresh.ok) facets.value = fresh.value;
  };
  const refresh = async (rows: number) => {
    if (rows > MAX_LIMIT || isOlder.value || busy.value !== "") return;
    const limit = String(Math.max(rows, data.list.memories.length, 1));
    const list = await ask<MemoriesData>(`/api/memories${queryText(query.value, { limit })}`);
    if (list !== undefined) pages.value = [list];
  };
  const readOn = async (rows?: number) => {
    const next = pages.value.at(-1)!.next;
    if (next === null || busy.value !== "") return;
    busy.value = "reading on";
    const place = { before: next, ...(rows !== undefined && { limit: String(rows) }) };
    const path = `/api/memories${queryText(query.value, place)}`;
    const list = await ask<MemoriesData>(path);
    if (list !== undefined) pages.value = [...pages.value, withoutSeen(list, pages.value)];
  };
  const setQuery = (changes: Partial<MemoriesQueryData>, afterMs = 0) => {
    query.value = { ...query.value, ...changes };
    history.replaceState(null, "", `/${queryText(query.value)}`);
    clearTimeout(typing.current);
    if (afterMs === 0) return void reload();
    typing.current = setTimeout(reload, afterMs);
  };
  const type = (q: string) => setQuery({ q }, TYPING_MS);

  useArrivals(async () => {
    const since = String(pages.value[0]!.newest_arrival);
    const path = `/api/memories/arrived${queryText(query.value, { since })}`;
    const answer = await read<{ readonly arrived: number }>(path);
    // The list may have been read anew meanwhile, with all that had come by then.
    if (!answer.ok || since !== String(pages.value[0]!.newest_arrival)) return;
    arrived.value = answer.value.arrived;
    // Nothing has come that would move what is being read: what was changed or forgotten can show.
    if (answer.value.arrived === 0) await refresh(countRows(pages.value));
  });
  useReturn({
    rows: () => countRows(pages.value),
    restore: async (rows) => {
      while (countRows(pages.value) < rows && pages.value.at(-1)!.next !== null) {
        const before = countRows(pages.value);
        await readOn(Math.min(rows - before, MAX_LIMIT));
        if (countRows(pages.value) === before) return;
      }
    },
  });
  return { query, pages, facets, isOlder, busy, problem, arrived, reload, readOn, setQuery, type };
}

function countRows(pages: readonly MemoriesData[]): number {
  return pages.reduce((sum, { memories }) => sum + memories.length, 0);
}

/** Who comes back to the list finds the place that they left, as far as that can be read at once. */
function useReturn({ rows, restore }: {
  readonly rows: () => number;
  readonly restore: (rows: number) => Promise<void>;
}): void {
  useEffect(() => {
    const { rows: before = 0, place } = (history.state ?? {}) as Partial<Left>;
    void restore(Math.min(before, MAX_RESTORED)).then(() => {
      if (place !== undefined) requestAnimationFrame(() => scrollToPlace(place));
    });
    const keep = () => {
      const left: Left = { rows: rows(), place: placeNow() };
      history.replaceState(left, "");
    };
    addEventListener("pagehide", keep);
    return () => removeEventListener("pagehide", keep);
  }, []);
}

/** What is kept of a list that is left. */
interface Left {
  readonly rows: number;
  readonly place: Place | undefined;
}

/** What a search has found may have moved on by the time its next page is read. */
function withoutSeen(list: MemoriesData, pages: readonly MemoriesData[]): MemoriesData {
  const seen = new Set(pages.flatMap(({ memories }) => memories.map(({ id }) => id)));
  return { ...list, memories: list.memories.filter(({ id }) => !seen.has(id)) };
}
