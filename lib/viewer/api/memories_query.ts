/** Which memories a list is to show, and the list. */
import { isTimestamp } from "../../model/timestamp.ts";
import type { FeedFilter, FeedPlace } from "../../store/memories/feed.ts";
import type { RunningDevice } from "../running_device.ts";
import { deviceNames, summaryJson } from "./memories_json.ts";
import { invalidField, wholeNumber } from "./request_body.ts";

/** The longest text that can be looked for, in characters. */
const MAX_SEARCH_LENGTH = 200;
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** The parameters of a list, in the names of the store. */
export interface MemoriesQuery {
  readonly filter: FeedFilter;
  readonly text: string | undefined;
  readonly limit: number;
  readonly before: FeedPlace | number | undefined;
}

/**
 * Reads the parameters of a list. An empty one counts as absent: forms send them.
 *
 * @throws invalid_input with the parameter's name in `details.field`
 */
export function memoriesQuery(parameters: URLSearchParams): MemoriesQuery {
  const given = (name: string) => parameters.get(name)?.trim() || undefined;
  const text = given("q");
  if (text !== undefined && Array.from(text).length > MAX_SEARCH_LENGTH) {
    throw invalidField("q", `at most ${MAX_SEARCH_LENGTH} characters`, text);
  }
  return {
    filter: {
      project: given("project"),
      kind: given("kind"),
      originDeviceId: given("device"),
      setAside: setAside(given("set_aside")),
    },
    text,
    limit: wholeNumber(parameters, "limit", { min: 1, max: MAX_LIMIT, fallback: DEFAULT_LIMIT }),
    before: placeOf(given("before"), text),
  };
}

function setAside(value: string | undefined): FeedFilter["setAside"] {
  if (value === undefined || value === "only" || value === "included") return value;
  throw invalidField("set_aside", '"only" or "included"', value);
}

/** The next page of a list begins after a memory, that of a search after a number of matches. */
function placeOf(value: string | undefined, text: string | undefined): MemoriesQuery["before"] {
  if (value === undefined) return undefined;
  const [, createdAt, rowId] = /^(.{24})\.(\d{1,15})$/.exec(value) ?? [];
  if (text === undefined && isTimestamp(createdAt)) return { createdAt, rowId: Number(rowId) };
  if (text !== undefined && /^\d{1,6}$/.test(value)) return Number(value);
  throw invalidField("before", "what `next` was in an answer to the same question", value);
}

/** A page of the list, as `GET /api/memories` answers. */
export async function memoriesPage(
  device: RunningDevice,
  { filter, text, limit, before }: MemoriesQuery,
) {
  const { feed } = device;
  const names = deviceNames(device);
  const newestArrival = feed.newestArrival();
  if (text !== undefined) {
    const skip = typeof before === "number" ? before : 0;
    const found = await feed.search({ ...filter, text, limit, skip });
    return {
      memories: found.memories.map((each) => summaryJson(each, names)),
      next: found.next === undefined ? null : String(found.next),
      total: found.total as number | null,
      total_is_cut: found.isCut,
      too_broad: found.broad,
      newest_arrival: newestArrival,
    };
  }
  const place = typeof before === "object" ? before : undefined;
  const page = feed.page({ ...filter, limit, before: place });
  return {
    memories: page.memories.map((each) => summaryJson(each, names)),
    next: page.next === undefined ? null : `${page.next.createdAt}.${page.next.rowId}`,
    // The first page has told the total.
    total: place === undefined ? feed.count(filter) : null,
    total_is_cut: false,
    too_broad: [] as readonly string[],
    newest_arrival: newestArrival,
  };
}
