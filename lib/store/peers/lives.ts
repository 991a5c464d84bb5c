/** The lives of this database, and those of peers' databases that were met. */
import { parseCursor } from "../../model/cursor.ts";
import {
  formatSignedLife,
  isLaterLife,
  type Life,
  parseSignedLife,
  type SignedLife,
} from "../../model/life.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { hasForked, type Met } from "../../replication/lives.ts";
import type { StoreContext } from "../context.ts";
import { cursorFromRow, LOG_END } from "../log/op_log.ts";

/** A peer that comes after so many lives of this database is believed. */
const REMEMBERED = 10_000;
const NONCE_BYTES = 8;

/** In one statement, because each request of a peer asks it. */
const OWN_LIVES = `SELECT restored_ms, epoch, ${LOG_END} AS seq,
    (SELECT ifnull(min(n), 0) FROM sync_lives) AS oldest,
    (SELECT nonce FROM sync_lives WHERE n = ?) AS nonce_met
  FROM sync_device`;

/** The lives of a store. */
export class Lives {
  readonly #context: StoreContext;
  #hasBegun = false;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Begins a life for this process, which is about to speak to others, unless it has one. */
  beginOnce(): void {
    if (!this.#hasBegun) this.begin();
  }

  /** Begins the next life. */
  begin(): Life {
    const { database, randomBytes } = this.#context;
    const life = database.writeDurably(() => {
      const n = (this.present()?.n ?? 0) + 1;
      const nonce = randomBytes(NONCE_BYTES).toHex();
      database.run("INSERT INTO sync_lives (n, nonce) VALUES (?, ?)", n, nonce);
      database.run("DELETE FROM sync_lives WHERE n <= ?", n - REMEMBERED);
      return this.present()!;
    });
    this.#hasBegun = true;
    return life;
  }

  /** The newest life, whichever process began it; null before the first. */
  present(): Life | null {
    const row = this.#context.database.get(
      `SELECT n, nonce, (SELECT restored_ms FROM sync_device) AS restored_ms FROM sync_lives
       ORDER BY n DESC LIMIT 1`,
    );
    if (row === undefined) return null;
    return {
      restoredMs: row.restored_ms as number,
      n: row.n as number,
      nonce: row.nonce as string,
    };
  }

  /** What a peer has said of its database at last. */
  of(peerDeviceId: string): SignedLife | null {
    const row = this.#context.database.get(
      "SELECT life FROM sync_peers WHERE peer_device_id = ?",
      peerDeviceId,
    );
    return parseSignedLife(row?.life) ?? null;
  }

  /** A peer has told a life of its database, and how long its log is. What is no news is no write. */
  meet(peerDeviceId: string, told: SignedLife): void {
    const known = this.of(peerDeviceId);
    if (known !== null && !isNews(told, known)) return;
    this.#context.database.run(
      "UPDATE sync_peers SET life = ? WHERE peer_device_id = ?",
      formatSignedLife(told),
      peerDeviceId,
    );
  }

  /** Whether what a peer has met of this database shows that another copy of it has gone on. */
  haveForked(met: Met): boolean {
    const row = this.#context.database.get(OWN_LIVES, met.life?.n ?? null)!;
    return hasForked({
      restoredMs: row.restored_ms as number,
      head: cursorFromRow(row),
      oldest: row.oldest as number,
      nonceMet: row.nonce_met as string | null,
    }, met);
  }

  /** When another copy of this database was found to have gone on; null where none was. */
  forkedAt(): string | null {
    return this.#context.database.get("SELECT forked_at FROM sync_device")!.forked_at as
      | string
      | null;
  }

  /**
   * Notes for good that another copy has gone on: only a new identity undoes it, or going on as a
   * restore does. That is later than the life that was met, whatever the clock says.
   */
  markForked({ restoredMs }: Pick<Life, "restoredMs">): void {
    const { database, nowMs } = this.#context;
    if (this.forkedAt() !== null) return;
    database.writeDurably(() =>
      database.run(
        "UPDATE sync_device SET forked_at = ?, restored_ms = max(restored_ms, ?)",
        formatTimestamp(nowMs()),
        restoredMs,
      )
    );
  }
}

/** A later life, or the same one with more in its log: a copy that comes later takes nothing back. */
function isNews(told: SignedLife, known: SignedLife): boolean {
  if (isLaterLife(told.life, known.life)) return true;
  if (isLaterLife(known.life, told.life) || told.life.nonce !== known.life.nonce) return false;
  const [head, before] = [parseCursor(told.head), parseCursor(known.head)];
  return head !== undefined && head.epoch === before?.epoch && head.seq > before.seq;
}
