/** What the feed is asked for, as parameters of an address. */
import type { MemoriesQueryData } from "../../page_data.ts";

/** Asks for everything. */
export const NO_QUERY: MemoriesQueryData = {
  q: "",
  project: "",
  kind: "",
  device: "",
  set_aside: "",
};

/** `?q=…&project=…`, or nothing where nothing is asked for. */
export function queryText(
  query: MemoriesQueryData,
  more: Readonly<Record<string, string>> = {},
): string {
  const given = Object.entries({ ...query, ...more }).filter(([, value]) => value.trim() !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** Whether anything is left out of the list. */
export function isNarrowed(query: MemoriesQueryData): boolean {
  return queryText(query) !== "";
}
