/** The list of memories as it is shown: what it was asked for, as far as it was read. */
import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { read } from "../../api.ts";
import { useArrivals } from "../../live/use_arrivals.ts";
import type {
  FacetsData,
  MemoriesData,
  MemoriesPageData,
  MemoriesQueryData,
} from "../../page_data.ts";
import type { Problem } from "../../parts/error_note.tsx";
import { useReturn } from "./list_place.ts";
import { NewestQuestion } from "./newest_question.ts";
import { listPath, queryText } from "./query.ts";

/** A person who types is done with a word after this time. */
const TYPING_MS = 120;

/** The highest `limit` of a request. */
const MAX_LIMIT = 200;

/** The list of a page, which then follows what happens. */
export function useMemoryList(data: MemoriesPageData): MemoryList {
  const list = useMemo(() => new MemoryList(data), []);
  useArrivals(() => list.lookForArrivals());
  useReturn(list);
  return list;
}

/** The list, and what can be done with it. */
export class MemoryList {
  readonly query: Signal<MemoriesQueryData>;
  /** One after the other, as they were read. */
  readonly pages: Signal<readonly MemoriesData[]>;
  readonly facets: Signal<FacetsData>;
  /** Whether it begins behind the newest ones. */
  readonly isOlder: Signal<boolean>;
  readonly busy = signal<"" | "searching" | "reading on">("");
  readonly problem = signal<Problem | undefined>(undefined);
  /** How many have come that are not shown. */
  readonly arrived = signal(0);
  readonly #question = new NewestQuestion();
  /** A refresh reads at least as many rows as came with the page. */
  readonly #rowsAtFirst: number;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor({ query, list, facets, isOlder }: MemoriesPageData) {
    this.query = signal(query);
    this.pages = signal([list]);
    this.facets = signal(facets);
    this.isOlder = signal(isOlder);
    this.#rowsAtFirst = list.memories.length;
  }

  /** How many memories are shown. */
  get rows(): number {
    return this.pages.value.reduce((sum, { memories }) => sum + memories.length, 0);
  }

  /** Where the list goes on; null at its end. */
  get next(): string | null {
    return this.pages.value.at(-1)!.next;
  }

  /** Changes what is asked for; `afterMs` waits for more of it. */
  setQuery(changes: Partial<MemoriesQueryData>, afterMs = 0): void {
    this.query.value = { ...this.query.value, ...changes };
    history.replaceState(null, "", listPath(this.query.value));
    clearTimeout(this.#typing);
    if (afterMs === 0) void this.reload();
    else this.#typing = setTimeout(() => this.reload(), afterMs);
  }

  /** Takes up what a person has typed so far. */
  type(q: string): void {
    this.setQuery({ q }, TYPING_MS);
  }

  /** Begins anew with the newest ones. */
  async reload(): Promise<void> {
    this.busy.value = "searching";
    const list = await this.#ask();
    if (list === undefined) return;
    this.pages.value = [list];
    this.isOlder.value = false;
    this.arrived.value = 0;
    const fresh = await read<FacetsData>("/api/memories/facets");
    if (fresh.ok) this.facets.value = fresh.value;
  }

  /** Reads the next page. */
  async readOn(limit?: number): Promise<void> {
    if (this.next === null || this.busy.value !== "") return;
    this.busy.value = "reading on";
    const list = await this.#ask({
      before: this.next,
      ...(limit !== undefined && { limit: String(limit) }),
    });
    if (list !== undefined) this.pages.value = [...this.pages.value, this.#withoutShown(list)];
  }

  /** Reads on until so many are shown, or all that there are. */
  async readUpTo(rows: number): Promise<void> {
    while (this.rows < rows && this.next !== null) {
      const before = this.rows;
      await this.readOn(Math.min(rows - before, MAX_LIMIT));
      if (this.rows === before) return;
    }
  }

  /** Counts what has come; where nothing would move what is being read, shows what has changed. */
  async lookForArrivals(): Promise<void> {
    const since = String(this.pages.value[0]!.newest_arrival);
    const path = `/api/memories/arrived${queryText(this.query.value, { since })}`;
    const answer = await read<{ readonly arrived: number }>(path);
    // The list may have been read anew meanwhile, with all that had come by then.
    if (!answer.ok || since !== String(this.pages.value[0]!.newest_arrival)) return;
    this.arrived.value = answer.value.arrived;
    if (answer.value.arrived === 0) await this.#refresh();
  }

  /** Reads the rows that are shown anew: what was changed or forgotten shows, and nothing else moves. */
  async #refresh(): Promise<void> {
    if (this.rows > MAX_LIMIT || this.isOlder.value || this.busy.value !== "") return;
    const list = await this.#ask({ limit: String(Math.max(this.rows, this.#rowsAtFirst, 1)) });
    if (list !== undefined) this.pages.value = [list];
  }

  async #ask(more: Readonly<Record<string, string>> = {}): Promise<MemoriesData | undefined> {
    const path = `/api/memories${queryText(this.query.value, more)}`;
    const answer = await this.#question.ask<MemoriesData>(path);
    if (answer === undefined) return undefined;
    this.busy.value = "";
    this.problem.value = answer.ok ? undefined : answer.problem;
    return answer.ok ? answer.value : undefined;
  }

  /** The matches of a search may have moved to the next page by the time that it is read. */
  #withoutShown(list: MemoriesData): MemoriesData {
    if (this.query.value.q === "") return list;
    const shown = new Set(this.pages.value.flatMap((page) => page.memories.map(({ id }) => id)));
    return { ...list, memories: list.memories.filter(({ id }) => !shown.has(id)) };
  }
}
