/** Stores for tests: in memory or in a folder of their own, under a clock that stands still. */
import { join } from "node:path";
import { formatCursor } from "../../../lib/model/cursor.ts";
import { encodeOp } from "../../../lib/protocol/op_page.ts";
import { openStore, type Store } from "../../../lib/store/store.ts";

/** A clock that moves only when it is told to. */
export class VirtualClock {
  /** Milliseconds since 1970. */
  nowMs = Date.parse("2026-01-01T00:00:00.000Z");

  /** Moves the clock, back where `byMs` is negative. */
  advance(byMs: number): void {
    this.nowMs += byMs;
  }

  /** Lets time pass, far faster than it does, until `work` is done. */
  async passUntil<T>(work: Promise<T>): Promise<T> {
    const passing = setInterval(() => this.advance(50), 10);
    try {
      return await work;
    } finally {
      clearInterval(passing);
    }
  }

  /** As stores take it: one millisecond passes at each look. */
  readonly read = (): number => this.nowMs++;
}

/** A store in memory under a clock of its own. */
export function memoryStore(clock: VirtualClock = new VirtualClock()): Store {
  return openStore({ path: ":memory:", nowMs: clock.read });
}

/** Everything that stands in a store's log, as it arrives at a peer. */
export function wireOps(store: Store): Record<string, unknown>[] {
  const { ops } = store.log.page({ after: 0, limit: 1_000_000, maxBytes: Infinity });
  return ops.map((op) => JSON.parse(encodeOp(op)));
}

/** What another device must agree on: each memory's clock, fate and content, by id. */
export function contents(store: Store): Record<string, unknown> {
  const entries = [...store.memories.all({ includeDeleted: true })].map((memory) =>
    [memory.id, memory] as const
  );
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}

/** The cursor of the end of a store's log, as peers keep it. */
export function headText({ log }: Store): string {
  return formatCursor(log.head());
}

/** A folder that is gone with the test. */
export class TempFolder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "codemem-store-" });

  /** A path in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Whether the bytes of `text` stand in any file of it. */
  holds(text: string): boolean {
    const wanted = new TextEncoder().encode(text);
    return [...Deno.readDirSync(this.path)].some(({ name, isFile }) =>
      isFile && indexOf(Deno.readFileSync(this.file(name)), wanted) >= 0
    );
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Bytes as Latin-1 keep their positions, and the search of strings is fast. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array): number {
  const latin1 = new TextDecoder("latin1");
  return latin1.decode(bytes).indexOf(latin1.decode(wanted));
}
