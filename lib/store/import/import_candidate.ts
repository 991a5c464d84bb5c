/** What an import offers to the store: one version of one memory that has no op yet. */
import type { Clock } from "../../model/clock.ts";
import type { MemoryContent } from "../../model/memory.ts";

/** A version of a memory, read from a file of another program or from an export. */
export interface ImportCandidate {
  readonly entityId: string;
  /** Null for a tombstone. */
  readonly content: MemoryContent | null;
  readonly clock: Clock;
  /** Canonical timestamp; null while the memory lives. */
  readonly deletedAt: string | null;
}
