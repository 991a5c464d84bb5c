/** Memories: write, change, forget, find. */
import { CodememError } from "../../errors.ts";
import { type Memory, type MemoryContent, newContent, storableText } from "../../model/memory.ts";
import type { Op } from "../../model/op.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import type { Column } from "../database.ts";
import { logBeforeChange } from "../log/legacy.ts";
import { eachMemory } from "./each_memory.ts";
import { filterCondition } from "./feed_filter.ts";
import { ftsQuery } from "./fts_query.ts";
import { type HistoryEntry, readHistory } from "./history.ts";
import { memoryFromRow } from "./memory_row.ts";
import { composeNextOp, type NextVersion } from "./next_op.ts";
import { resolvePrefix } from "./resolve_prefix.ts";
import { scrub } from "./scrub.ts";
import { VersionWriter } from "./version_writer.ts";

/** A memory that is about to be written: kind, title and body, and whatever else is known. */
export type MemoryDraft =
  & Pick<MemoryContent, "kind" | "title" | "body">
  & Partial<Omit<MemoryContent, "createdAt" | "originDeviceId">>;

/** What to list. */
export interface MemoryFilter {
  /** At most this many. */
  readonly limit: number;
  readonly project?: string;
  readonly kind?: string;
  /** Also those that were set aside. */
  readonly includeInactive?: boolean;
}

/** How much a match in the title, in the body and in all other texts counts. */
const WEIGHTS = "4.0, 1.0, 2.0";

/** The memories of a store. */
export class Memories {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Writes a new memory and its op. */
  remember(draft: MemoryDraft): Memory {
    const now = formatTimestamp(this.#context.nowMs());
    const deviceId = this.#context.deviceId();
    const content = storable(newContent({ ...draft, createdAt: now, originDeviceId: deviceId }));
    return this.#context.database.writeDurably(() => {
      const id = this.#context.randomUuid();
      this.#put([this.#compose({ entityId: id, content, standingRev: 0 }, now)], now);
      return this.#get(id);
    });
  }

  /**
   * Changes parts of a memory.
   *
   * @throws not_found where there is none with this id, or it is deleted
   */
  edit(id: string, changes: Partial<MemoryContent>): Memory {
    const now = formatTimestamp(this.#context.nowMs());
    return this.#context.database.writeDurably(() => {
      const current = this.#living(id);
      logBeforeChange(this.#context, id, now);
      const content = storable({ ...current, ...changes });
      const standingRev = current.clock.rev;
      this.#put([this.#compose({ entityId: id, content, standingRev }, now)], now);
      return this.#get(id);
    });
  }

  /**
   * Deletes memories and their text, here and, through sync, everywhere: all of them or none.
   *
   * @throws not_found where one of them is not there
   */
  forget(ids: readonly string[]): Memory[] {
    const now = formatTimestamp(this.#context.nowMs());
    const forgotten = this.#context.database.writeDurably(() => {
      const current = [...new Set(ids)].map((id) => this.#living(id));
      const ops = current.map(({ id: entityId, clock }) =>
        this.#compose({ entityId, content: null, standingRev: clock.rev }, now)
      );
      this.#put(ops, now);
      return ops.map(({ entityId }) => this.#get(entityId));
    });
    scrub(this.#context.database);
    return forgotten;
  }

  /** The memory with exactly this id, deleted or not. */
  find(id: string): Memory | undefined {
    const row = this.#context.database.get("SELECT * FROM memories WHERE id = ?", id);
    return row === undefined ? undefined : memoryFromRow(row);
  }

  /**
   * The id that a person meant.
   *
   * @param text an id, or the first four or more characters of one
   * @throws not_found where no memory has it; usage where it is too short; invalid_input where several
   * begin with it
   */
  resolve(text: string): string {
    if (this.find(text) !== undefined) return text;
    return resolvePrefix(this.#context.database, text);
  }

  /** The newest memories. */
  recent(filter: MemoryFilter): Memory[] {
    const { where, values } = condition(filter);
    return this.#list(
      `SELECT m.* FROM memories m WHERE ${where} ORDER BY m.created_at DESC, m.row_id DESC LIMIT ?`,
      [...values, filter.limit],
    );
  }

  /** The memories that hold all words of `text`, best match first. */
  search(filter: MemoryFilter & { readonly text: string }): Memory[] {
    const query = ftsQuery(filter.text);
    if (query === undefined) return [];
    const { where, values } = condition(filter);
    return this.#list(
      `SELECT m.* FROM memories_fts f JOIN memories m ON m.row_id = f.rowid
       WHERE memories_fts MATCH ? AND ${where}
       ORDER BY bm25(memories_fts, ${WEIGHTS}), m.created_at DESC LIMIT ?`,
      [query, ...values, filter.limit],
    );
  }

  /** All memories in the order in which they arrived, without having all of them in memory. */
  *all({ includeDeleted = false }: { readonly includeDeleted?: boolean } = {}): Generator<Memory> {
    const { database } = this.#context;
    for (const row of eachMemory(database, "*", { includeDeleted })) yield memoryFromRow(row);
  }

  /** The versions of a memory that the log still holds, newest first; the last 200 at most. */
  history(id: string): HistoryEntry[] {
    return readHistory(this.#context.database, id);
  }

  #list(sql: string, values: Column[]): Memory[] {
    return this.#context.database.all(sql, ...values).map(memoryFromRow);
  }

  #get(id: string): Memory {
    const memory = this.find(id);
    if (memory === undefined) throw new CodememError("internal", `Memory ${id} is gone`);
    return memory;
  }

  #living(id: string): Memory {
    const memory = this.find(id);
    if (memory !== undefined && memory.deletedAt === null) return memory;
    const fate = memory === undefined ? "No memory has" : "There is no longer a memory with";
    throw new CodememError("not_found", `${fate} the id "${id}"`, {
      hint: "`codemem recent` lists memories with their ids",
    });
  }

  #compose(version: NextVersion, now: string): Op {
    const op = composeNextOp(this.#context, version, now);
    if (op !== undefined) return op;
    throw new CodememError("invalid_input", "Cannot store the memory: it is too large", {
      hint: "Keep what is worth remembering, not the whole document (at most 2 MiB)",
    });
  }

  #put(ops: readonly Op[], now: string): void {
    const writer = new VersionWriter(this.#context.database, now);
    for (const op of ops) {
      if (writer.put(op, { log: true, receivedFrom: null }) !== "applied") {
        const message = `Cannot change memory ${op.entityId}: no later version of it is possible`;
        throw new CodememError("invalid_input", message, {
          hint: "Some device gave it the last revision and a date in the future; store it again",
        });
      }
    }
    writer.finish();
  }
}

function condition({ project, kind, includeInactive }: MemoryFilter) {
  const setAside = includeInactive === true ? "included" : "none";
  return filterCondition({ project, kind, setAside });
}

/** The content with all of its texts as {@link storableText} makes them. */
function storable(content: MemoryContent): MemoryContent {
  const text = (value: string | null) => value === null ? null : storableText(value);
  return {
    kind: storableText(content.kind),
    title: storableText(content.title),
    body: storableText(content.body),
    subtitle: text(content.subtitle),
    narrative: text(content.narrative),
    facts: content.facts.map(storableText),
    concepts: content.concepts.map(storableText),
    filesRead: content.filesRead.map(storableText),
    filesModified: content.filesModified.map(storableText),
    tags: content.tags.map(storableText),
    project: text(content.project),
    confidence: content.confidence,
    active: content.active,
    createdAt: content.createdAt,
    originDeviceId: content.originDeviceId,
    extra: content.extra,
  };
}
