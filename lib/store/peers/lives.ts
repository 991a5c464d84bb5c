/** The lives of this database, and those of peers' databases. */
import { formatSignedLife, type Life, parseSignedLife, type SignedLife } from "../../model/life.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { hasForked, isLaterStatement, type Met } from "../../replication/lives.ts";
import type { StoreContext } from "../context.ts";
import { cursorFromRow, LOG_END } from "../log/op_log.ts";

/** The number of lives that are kept: a peer that knows only an older one is believed. */
const REMEMBERED = 10_000;
const NONCE_BYTES = 8;

/** One statement, because it is run for each request of a peer. */
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

  /** Begins a life for this process, which is about to speak to other devices, unless it has one. */
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

  /** The newest life, begun by whichever process; null before the first. */
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

  /** The latest statement of a peer about its database; null if it has made none. */
  ofPeer(peerDeviceId: string): SignedLife | null {
    const row = this.#context.database.get(
      "SELECT life FROM sync_peers WHERE peer_device_id = ?",
      peerDeviceId,
    );
    return parseSignedLife(row?.life) ?? null;
  }

  /** Keeps a peer's statement about its database, if it is later than the one that is kept. */
  recordOfPeer(peerDeviceId: string, told: SignedLife): void {
    const known = this.ofPeer(peerDeviceId);
    if (known !== null && !isLaterStatement(told, known)) return;
    // A restore, or `sync identity keep`, settles which copy goes on as the device.
    const isSettled = known !== null && told.life.restoredMs > known.life.restoredMs;
    this.#context.database.run(
      "UPDATE sync_peers SET life = ?, copy_seen_at = iif(?, NULL, copy_seen_at) WHERE peer_device_id = ?",
      formatSignedLife(told),
      isSettled ? 1 : 0,
      peerDeviceId,
    );
  }

  /** Records that another copy of the peer's database was refused. */
  recordCopyOfPeer(deviceId: string): void {
    this.#context.database.run(
      "UPDATE sync_peers SET copy_seen_at = ? WHERE peer_device_id = ?",
      formatTimestamp(this.#context.nowMs()),
      deviceId,
    );
  }

  /** Records when the peer has last refused another copy of this device's database, as it says. */
  recordOwnCopy(deviceId: string, at: string | null): void {
    this.#context.database.run(
      "UPDATE sync_peers SET own_copy_seen_at = ? WHERE peer_device_id = ?",
      at,
      deviceId,
    );
  }

  /** Whether what a peer has seen of this database shows that another copy of it has been used. */
  haveForked(met: Met): boolean {
    const row = this.#context.database.get(OWN_LIVES, met.life?.n ?? null)!;
    return hasForked({
      restoredMs: row.restored_ms as number,
      head: cursorFromRow(row),
      oldest: row.oldest as number,
      nonceMet: row.nonce_met as string | null,
    }, met);
  }

  /** When another copy of this database was found to be in use; null if none was. */
  forkedAt(): string | null {
    return this.#context.database.get("SELECT forked_at FROM sync_device")!.forked_at as
      | string
      | null;
  }

  /**
   * Records that another copy is in use. Only a new identity, or a new life as after a restore, ends
   * that. The new life has to be later than that of the other copy, whatever the clock says: so the time
   * of the latter's restore is kept, too.
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
