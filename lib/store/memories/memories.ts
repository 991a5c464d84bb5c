/** Memories: write, change, forget, find. */
import { CodememError } from "../../errors.ts";
import { type Clock, MAX_REV } from "../../model/clock.ts";
import { type Memory, type MemoryContent, newContent, storableText } from "../../model/memory.ts";
import { composeOp, type Op } from "../../model/op.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import type { Column, Row } from "../database.ts";
import { logBeforeChange } from "../log/legacy.ts";
import { memoryFromRow } from "./memory_row.ts";
import { scrub } from "./scrub.ts";
import { ftsQuery } from "./search.ts";
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

/** A version that a memory has had, as far as history is kept. */
export interface HistoryEntry {
  readonly clock: Clock;
  readonly opType: "upsert" | "delete";
  readonly deviceId: string;
  readonly title: string | null;
  readonly superseded: boolean;
  /** The peer that handed it over; null where it was written here. */
  readonly receivedFrom: string | null;
}

/** More versions of one memory than this are not listed. */
const MAX_HISTORY = 200;
/** Fewer characters of an id say too little. */
const MIN_PREFIX = 4;

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
    const op = this.#compose(this.#context.randomUuid(), content, {
      rev: 1,
      updatedAt: now,
      deviceId,
    });
    this.#write([op], now);
    return this.#get(op.entityId);
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
      this.#put([this.#compose(id, content, this.#nextClock(current, now))], now);
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
      const ops = current.map((each) => this.#compose(each.id, null, this.#nextClock(each, now)));
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
    const hint = "`codemem recent` lists memories with their ids";
    const missing = new CodememError("not_found", `No memory has the id "${text}"`, { hint });
    if (text.length < MIN_PREFIX) {
      const message = `"${text}" is too short for an id: give at least ${MIN_PREFIX} characters`;
      throw new CodememError("usage", message, { hint });
    }
    const rows = this.#context.database.all(
      "SELECT id, title FROM memories WHERE substr(id, 1, ?) = ? AND deleted_at IS NULL LIMIT 5",
      text.length,
      text,
    );
    if (rows.length === 0) throw missing;
    if (rows.length > 1) {
      const found = rows.map(({ id }) => id).join(", ");
      throw new CodememError("invalid_input", `Several memories begin with "${text}": ${found}`, {
        hint: "Give more characters of the id",
      });
    }
    return rows[0]!.id as string;
  }

  /** The newest memories. */
  recent(filter: MemoryFilter): Memory[] {
    const { where, values } = conditions(filter);
    return this.#list(
      `SELECT m.* FROM memories m WHERE ${where} ORDER BY m.created_at DESC, m.row_id DESC LIMIT ?`,
      [...values, filter.limit],
    );
  }

  /** The memories that hold all words of `text`, best match first. */
  search(filter: MemoryFilter & { readonly text: string }): Memory[] {
    const query = ftsQuery(filter.text);
    if (query === undefined) return [];
    const { where, values } = conditions(filter);
    return this.#list(
      `SELECT m.* FROM memories_fts f JOIN memories m ON m.row_id = f.rowid
       WHERE memories_fts MATCH ? AND ${where} ORDER BY bm25(memories_fts, 4.0, 1.0, 2.0), m.created_at DESC
       LIMIT ?`,
      [query, ...values, filter.limit],
    );
  }

  /** All memories, oldest row first, a thousand in memory at a time. */
  *all(options: { readonly includeDeleted?: boolean } = {}): Generator<Memory> {
    const PAGE = 1_000;
    const where = options.includeDeleted === true ? "" : "AND deleted_at IS NULL";
    for (let after = 0;;) {
      const rows = this.#context.database.all(
        `SELECT * FROM memories WHERE row_id > ? ${where} ORDER BY row_id LIMIT ?`,
        after,
        PAGE,
      );
      yield* rows.map(memoryFromRow);
      if (rows.length < PAGE) return;
      after = rows.at(-1)!.row_id as number;
    }
  }

  /** The versions of a memory that the log still holds, newest first; at most {@link MAX_HISTORY}. */
  history(id: string): HistoryEntry[] {
    const rows = this.#context.database.all(
      `SELECT rev, updated_at, clock_device_id, op_type, payload ->> 'title' AS title, superseded_at,
         received_from
       FROM replication_ops WHERE entity_id = ? ORDER BY rev DESC, seq DESC LIMIT ?`,
      id,
      MAX_HISTORY,
    );
    return rows.map((row) => ({
      clock: {
        rev: row.rev as number,
        updatedAt: row.updated_at as string,
        deviceId: row.clock_device_id as string,
      },
      opType: row.op_type as "upsert" | "delete",
      deviceId: row.clock_device_id as string,
      title: row.title as string | null,
      superseded: row.superseded_at !== null,
      receivedFrom: row.received_from as string | null,
    }));
  }

  #list(sql: string, values: Column[]): Memory[] {
    return this.#context.database.all(sql, ...values).map((row: Row) => memoryFromRow(row));
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

  #nextClock(current: Memory, now: string): Clock {
    return {
      // At the highest revision the later instant decides; above it no other device would take the op.
      rev: Math.min(current.clock.rev + 1, MAX_REV),
      updatedAt: now,
      deviceId: this.#context.deviceId(),
    };
  }

  #compose(entityId: string, content: MemoryContent | null, clock: Clock): Op {
    const op = composeOp({
      opId: this.#context.randomUuid(),
      entityId,
      content,
      clock,
      deviceId: this.#context.deviceId(),
      createdAt: clock.updatedAt,
    });
    if (op !== undefined) return op;
    throw new CodememError("invalid_input", "Cannot store the memory: it is too large", {
      hint: "Keep what is worth remembering, not the whole document (at most 2 MiB)",
    });
  }

  #write(ops: readonly Op[], now: string): void {
    this.#context.database.writeDurably(() => this.#put(ops, now));
  }

  #put(ops: readonly Op[], now: string): void {
    const writer = new VersionWriter(this.#context.database, now);
    for (const op of ops) {
      if (writer.put(op, { log: true, receivedFrom: null }) !== "applied") {
        throw new CodememError(
          "invalid_input",
          `Cannot change memory ${op.entityId}: no later version of it can be told`,
          {
            hint: "Some device gave it the last revision and a date in the future; store it again",
          },
        );
      }
    }
    writer.finish();
  }
}

function conditions(filter: MemoryFilter): { where: string; values: Column[] } {
  const parts = ["m.deleted_at IS NULL"];
  const values: Column[] = [];
  if (filter.includeInactive !== true) parts.push("m.active = 1");
  if (filter.project !== undefined) {
    parts.push("m.project = ?");
    values.push(filter.project);
  }
  if (filter.kind !== undefined) {
    parts.push("m.kind = ?");
    values.push(filter.kind);
  }
  return { where: parts.join(" AND "), values };
}

/** Content whose texts SQLite and JSON hold as they are. */
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
