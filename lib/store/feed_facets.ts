/** What the memories can be filtered by, with how many there are of each. */
import { formatDigestSum } from "../model/digest.ts";
import { nextTurn } from "../time/next_turn.ts";
import type { StoreContext } from "./context.ts";
import { readDigest } from "./digest_row.ts";

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

/** More choices than this are not offered. */
const MAX_CHOICES = 200;
/** A name that is longer is none that a person chose. */
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
      this.#counted = this.#count();
      // A failure is not kept.
      this.#counted.catch(() => this.#counted = undefined);
    }
    return this.#counted;
  }

  /** Another text after each change of any memory, by whichever process. */
  #changeKey(): string {
    const { live, tombstones, sum } = readDigest(this.#context.database);
    return `${live} ${tombstones} ${formatDigestSum(sum)}`;
  }

  /** One after the other, each in a turn of its own. */
  async #count(): Promise<Facets> {
    const projects = this.#choices("project");
    await nextTurn();
    const kinds = this.#choices("kind");
    await nextTurn();
    const devices = this.#choices("origin_device_id");
    await nextTurn();
    const states = this.#context.database.all(
      "SELECT active, count(*) AS count FROM memories WHERE deleted_at IS NULL GROUP BY active",
    );
    const having = (active: number) =>
      (states.find((row) => row.active === active)?.count ?? 0) as number;
    return { total: having(1), setAside: having(0), projects, kinds, devices };
  }

  #choices(column: "project" | "kind" | "origin_device_id"): FacetCount[] {
    const rows = this.#context.database.all(
      `SELECT ${column} AS name, count(*) AS count FROM memories
       WHERE deleted_at IS NULL AND active = 1 AND octet_length(${column}) <= ${MAX_NAME_BYTES}
       GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MAX_CHOICES}`,
    );
    return rows.map(({ name, count }) => ({ name: name as string, count: count as number }));
  }
}
