/** Undoing what one device has written, from the history in the log. */
import type { Clock } from "../../model/clock.ts";
import { decodePayload, differingMembers, type MemoryContent } from "../../model/memory.ts";
import { composeOp, type Op, type OpType } from "../../model/op.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import {
  judgeUndo,
  type LeftReason,
  type UndoneChanges,
  type UndoStep,
  type UndoVersion,
} from "../../replication/undo.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";
import { clockFromRow, memoryFromRow, versionFromRow } from "./memory_row.ts";
import { composeNextOp } from "./next_op.ts";
import { VersionWriter } from "./version_writer.ts";

/** What undoing does, or would do, with one memory. */
export interface UndoItem {
  readonly id: string;
  readonly kind: "restore" | "forget" | "leave";
  /** As it stands; empty for one that is deleted. */
  readonly title: string;
  /** As it stood before, where it is restored. */
  readonly titleBefore: string | null;
  /** The members of its payload that become what they were, where it is restored. */
  readonly changed: readonly string[];
  /** How many later versions are not here, of which one may be the better one to restore. */
  readonly missing: number;
  readonly reason: LeftReason | null;
}

/** Some of the memories, and where the next ones begin. */
export interface UndoSlice {
  readonly items: readonly UndoItem[];
  /** For the next slice; null where this was the last one. */
  readonly next: number | null;
}

interface PastVersion extends UndoVersion {
  /** Null for a deletion, and for what this program cannot read. */
  readonly content: MemoryContent | null;
}

/** What is to be done with a memory of which there is something to be said. */
type Step = Exclude<UndoStep<PastVersion>, { kind: "none" }>;

const SLICE = 200;

const CANDIDATES = `SELECT * FROM memories WHERE row_id > ?1 AND (
    clock_device_id = ?2 AND updated_at >= ?3 OR id IN (
      SELECT entity_id FROM replication_ops WHERE clock_device_id = ?2 AND updated_at >= ?3))
  ORDER BY row_id LIMIT ?4`;
const HISTORY = `SELECT op_type, payload, rev, updated_at, clock_device_id FROM replication_ops
  WHERE entity_id = ? ORDER BY rev DESC, updated_at DESC, clock_device_id DESC`;

/** Undoing in a store. */
export class Undo {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Every device that has written anything that is here. @param since canonical timestamp */
  writers(since = ""): string[] {
    return this.#context.database.all(
      `SELECT clock_device_id AS id FROM memories WHERE updated_at >= ?1
       UNION SELECT clock_device_id FROM replication_ops WHERE updated_at >= ?1 ORDER BY id`,
      since,
    ).map(({ id }) => id as string);
  }

  /** What undoing would do. @param from 0, or what the slice before has named as the next */
  preview(changes: UndoneChanges, from: number): UndoSlice {
    return this.#context.database.read(() =>
      this.#slice(changes, from, (row, step) => itemFrom(row, step))
    );
  }

  /**
   * Undoes the changes in one slice of the memories: as new changes of this device, which sync like
   * any other. One transaction; what was undone before is not undone again.
   *
   * @param from as of {@link preview}
   */
  apply(changes: UndoneChanges, from: number): UndoSlice {
    const { database, nowMs } = this.#context;
    return database.writeDurably(() => {
      const now = formatTimestamp(nowMs());
      const writer = new VersionWriter(database, now);
      const slice = this.#slice(changes, from, (row, step) => {
        if (step.kind === "leave") return itemFrom(row, step);
        const op = this.#compose(row, step.kind === "restore" ? step.version.content : null, now);
        const isApplied = op !== undefined &&
          writer.put(op, { log: true, receivedFrom: null }) === "applied";
        return itemFrom(row, isApplied ? step : { kind: "leave", reason: "no_later_version" });
      });
      writer.finish();
      return slice;
    });
  }

  #slice(
    changes: UndoneChanges,
    from: number,
    act: (row: Row, step: Step) => UndoItem,
  ): UndoSlice {
    const { deviceId, since } = changes;
    const rows = this.#context.database.all(CANDIDATES, from, deviceId, since, SLICE);
    const items = rows.flatMap((row) => {
      const createdAt = row.deleted_at === null ? row.created_at as string : null;
      const standing = { ...versionFromRow(row), createdAt };
      const step = judgeUndo(changes, standing, this.#history(row.id as string));
      return step.kind === "none" ? [] : [act(row, possible(step))];
    });
    return { items, next: rows.length < SLICE ? null : rows.at(-1)!.row_id as number };
  }

  #history(id: string): PastVersion[] {
    return this.#context.database.all(HISTORY, id).map((row) => {
      const clock = clockFromRow(row);
      const content = row.payload === null ? null : contentOf(row.payload as string, clock);
      const opType = row.op_type as OpType;
      const createdAt = content?.createdAt ?? null;
      return { opType, clock, content, payloadHash: hashOf(content, clock), createdAt };
    });
  }

  #compose(row: Row, content: MemoryContent | null, now: string): Op | undefined {
    const version = { entityId: row.id as string, content, standingRev: row.rev as number };
    return composeNextOp(this.#context, version, now);
  }
}

function contentOf(payload: string, clock: Clock): MemoryContent | null {
  const decoded = decodePayload(JSON.parse(payload), clock);
  return "content" in decoded ? decoded.content : null;
}

/** Of the payload that the content would have if it were written now. */
function hashOf(content: MemoryContent | null, clock: Clock): string {
  const parts = { opId: "-", entityId: "-", content, clock, deviceId: "-", createdAt: "-" };
  return composeOp(parts)?.payloadHash ?? "";
}

/** What cannot be read cannot be written again: nothing would be left of the memory. */
function possible(step: Step): Step {
  const isUnreadable = step.kind === "restore" && step.version.content === null;
  return isUnreadable ? { kind: "leave", reason: "no_history" } : step;
}

function itemFrom(row: Row, step: Step): UndoItem {
  const before = step.kind === "restore" ? step.version.content : null;
  return {
    id: row.id as string,
    kind: step.kind,
    title: row.title as string,
    titleBefore: before?.title ?? null,
    changed: before === null ? [] : differingMembers(memoryFromRow(row), before),
    missing: step.kind === "restore" ? step.missing : 0,
    reason: step.kind === "leave" ? step.reason : null,
  };
}
