/** What the memories can be filtered by, with how many there are of each. */
import { formatDigestSum } from "../../model/digest.ts";
import { nextTurn } from "../../time/next_turn.ts";
import type { StoreContext } from "../context.ts";
import type { Column, Row } from "../database.ts";
import { readDigest } from "../log/digest_row.ts";

/** One choice. */
export interface FacetCount {
  readonly name: string;
  readonly count: number;
}

/** All choices, the most frequent first. */
export interface Facets {
  /** Memories that are neither deleted nor set aside. */
  readonly total: number;
  readonly setAside: number;
  readonly projects: readonly FacetCount[];
  readonly kinds: readonly FacetCount[];
  /** By the id of the device on which they were written. */
  readonly devices: readonly FacetCount[];
}

/** A place in the feed: `created_at` and `row_id`. */
type Place = readonly [createdAt: string, rowId: number];
/** Before the newest memory: timestamps have no later year. */
const START: Place = ["9999-12-31T23:59:59.999Z", Number.MAX_SAFE_INTEGER];
/** The number of memories that are counted in one turn of the event loop. */
const SLICE = 10_000;
/** The number of choices that are offered at most. */
const MAX_CHOICES = 200;
/** Nobody chooses from longer names. */
const MAX_NAME_BYTES = 200;

/** Counts, and keeps what was counted until something changes. */
export class FacetCache {
  readonly #context: StoreContext;
  #key = "";
  #counted: Promise<Facets> | undefined;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** The choices there are. */
  read(): Promise<Facets> {
    const key = this.#changeKey();
    if (this.#counted === undefined || key !== this.#key) {
      this.#key = key;
      const counted = this.#counted = this.#count();
      // A failure is not kept.
      counted.catch(() => {
        if (this.#counted === counted) this.#counted = undefined;
      });
    }
    return this.#counted;
  }

  /** A text that differs after each change of any memory, by whichever process. */
  #changeKey(): string {
    const { live, tombstones, sum } = readDigest(this.#context.database);
    return `${live} ${tombstones} ${formatDigestSum(sum)}`;
  }

  /** Slice by slice, each in a turn of its own. */
  async #count(): Promise<Facets> {
    const newTally = () => new Map<string, number>();
    const tally = { project: newTally(), kind: newTally(), device: newTally() };
    let [total, setAside] = [0, 0];
    for (let after: Place | undefined = START; after !== undefined;) {
      const slice = this.#slice(after);
      for (const { project, kind, device, active, count } of slice.rows) {
        if (active !== 1) {
          setAside += count as number;
          continue;
        }
        total += count as number;
        add(tally.project, project, count);
        add(tally.kind, kind, count);
        add(tally.device, device, count);
      }
      after = slice.last;
      if (after !== undefined) await nextTurn();
    }
    return {
      total,
      setAside,
      projects: choices(tally.project),
      kinds: choices(tally.kind),
      devices: choices(tally.device),
    };
  }

  /** Counts the next memories after a place; `last` is where to go on, if there may be more. */
  #slice(after: Place): { readonly rows: Row[]; readonly last: Place | undefined } {
    const { database } = this.#context;
    const behind = `FROM memories WHERE deleted_at IS NULL AND (created_at, row_id) < (?, ?)
      ORDER BY created_at DESC, row_id DESC`;
    return database.read(() => {
      const rows = database.all(
        `SELECT ${name("project")}, ${name("kind")}, origin_device_id AS device, active,
           count(*) AS count
         FROM (SELECT project, kind, origin_device_id, active ${behind} LIMIT ${SLICE})
         GROUP BY 1, 2, 3, 4`,
        ...after,
      );
      const last = database.get(
        `SELECT created_at, row_id ${behind} LIMIT 1 OFFSET ${SLICE - 1}`,
        ...after,
      );
      const place = last && [last.created_at as string, last.row_id as number] as const;
      return { rows, last: place };
    });
  }
}

/** Names that are too long count as none. */
function name(column: string): string {
  return `iif(octet_length(${column}) <= ${MAX_NAME_BYTES}, ${column}, NULL) AS ${column}`;
}

function add(
  tally: Map<string, number>,
  choice: Column | undefined,
  count: Column | undefined,
): void {
  if (typeof choice !== "string") return;
  tally.set(choice, (tally.get(choice) ?? 0) + (count as number));
}

function choices(tally: ReadonlyMap<string, number>): FacetCount[] {
  return [...tally].map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_CHOICES);
}
