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

/** The list with these memories. */
export function listPath(query: MemoriesQueryData): string {
  return `/${queryText(query)}`;
}

/** A memory of that list, from where one comes back to it. */
export function memoryPath(id: string, query: MemoriesQueryData): string {
  return `/memories/${encodeURIComponent(id)}${queryText(query)}`;
}

/** Whether anything is left out of the list. */
export function isNarrowed(query: MemoriesQueryData): boolean {
  return queryText(query) !== "";
}
