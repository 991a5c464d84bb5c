/** The results of passes, a limited number of them, for people to read. */
import type { PeerState } from "../../model/peer.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";

/** One pass with one peer, ended. */
export interface Attempt {
  readonly peerDeviceId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly ok: boolean;
  readonly address: string | null;
  readonly errorCode: string | null;
  readonly error: string | null;
  /** Ops received and sent. */
  readonly pulled: number;
  readonly pushed: number;
  readonly quarantined: number;
}

/** An attempt as it is stored: failures of one kind in a row are one entry. */
export interface KeptAttempt extends Attempt {
  readonly id: number;
  readonly repeats: number;
}

/** What an attempt says about its peer. */
export interface PeerStanding {
  /** Of the key that the peer was pinned by during the attempt. */
  readonly fingerprint: string;
  readonly state: PeerState;
  /** Both sides held the same memories at the end. */
  readonly identical: boolean;
  /** Ops still to be pulled; undefined if the peer was not reached. */
  readonly behind: number | undefined;
}

/** The number of attempts that are kept for each peer. */
const KEPT_PER_PEER = 200;
/** A `quiet` attempt that only repeats the last one is written at most this often. */
const QUIET_FAILURE_MS = 30 * 60 * 1_000;
const QUIET_SUCCESS_MS = 30 * 1_000;

/** The attempts of a store. */
export class Attempts {
  readonly #context: StoreContext;
  /** Repeated attempts by peer that are counted but not written yet. */
  readonly #unwritten = new Map<string, number>();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Records the end of a pass: the attempt and the peer's state in one transaction. Nothing is recorded
   * of a peer that was removed in the meantime.
   *
   * @param options.quiet whether an attempt that says nothing new may go unwritten, so that an absent
   * peer costs no writes: a failure is then written every half hour, a success every half minute
   * @returns whether it was written
   */
  record(
    attempt: Attempt,
    standing: PeerStanding,
    options: { readonly quiet?: boolean | undefined } = {},
  ): boolean {
    const { peerDeviceId } = attempt;
    const unwritten = this.#unwritten.get(peerDeviceId) ?? 0;
    if (options.quiet === true && this.#saysNothingNew(attempt, standing)) {
      this.#unwritten.set(peerDeviceId, unwritten + 1);
      return false;
    }
    this.#unwritten.delete(peerDeviceId);
    return this.#context.database.write(() => {
      if (!this.#isPinned(peerDeviceId, standing.fingerprint)) return false;
      if (!this.#repeatLast(attempt, unwritten + 1)) this.#insert(attempt);
      this.#updatePeer(attempt, standing);
      return true;
    });
  }

  /** The newest attempts, of one peer or of all. */
  list(options: { readonly limit: number; readonly peerDeviceId?: string }): KeptAttempt[] {
    const peer = options.peerDeviceId ?? null;
    return this.#context.database
      .all(
        `SELECT * FROM sync_attempts WHERE ?1 IS NULL OR peer_device_id = ?1
         ORDER BY finished_at DESC, id DESC LIMIT ?2`,
        peer,
        options.limit,
      )
      .map(attemptFromRow);
  }

  /** The newest attempt at a peer. */
  last(peerDeviceId: string): KeptAttempt | undefined {
    const row = this.#context.database.get(
      "SELECT * FROM sync_attempts WHERE peer_device_id = ? ORDER BY id DESC LIMIT 1",
      peerDeviceId,
    );
    return row === undefined ? undefined : attemptFromRow(row);
  }

  #isPinned(deviceId: string, fingerprint: string): boolean {
    return this.#context.database.get(
      `SELECT 1 AS found FROM sync_peers
       WHERE peer_device_id = ? AND fingerprint = ? AND removed_at IS NULL`,
      deviceId,
      fingerprint,
    ) !== undefined;
  }

  #saysNothingNew(attempt: Attempt, standing: PeerStanding): boolean {
    const last = this.last(attempt.peerDeviceId);
    if (last === undefined || !isRepeat(attempt, last)) return false;
    const { state, identical, behind = null } = standing;
    const isAsKnown = this.#context.database.get(
      `SELECT 1 AS found FROM sync_peers WHERE peer_device_id = ?1
         AND (state = ?2 OR ?2 = 'offline' AND last_error_code = 'device_forked')
         AND behind = ifnull(?3, behind)
         AND (NOT ?4 OR identical_live = (SELECT live FROM replication_digest))`,
      ...[attempt.peerDeviceId, state, behind, identical ? 1 : 0],
    ) !== undefined;
    const sinceMs = Date.parse(attempt.finishedAt) - Date.parse(last.finishedAt);
    const quietMs = attempt.ok ? QUIET_SUCCESS_MS : QUIET_FAILURE_MS;
    return isAsKnown && sinceMs >= 0 && sinceMs < quietMs;
  }

  /** Merges failures of one kind in a row into one entry, and passes that found nothing to do. */
  #repeatLast(attempt: Attempt, times: number): boolean {
    const { ok } = attempt;
    if (ok && hasMoved(attempt)) return false;
    return this.#context.database.run(
      `UPDATE sync_attempts SET repeats = repeats + ?6, finished_at = ?2, error = ?4, address = ?7
       WHERE id = (SELECT max(id) FROM sync_attempts WHERE peer_device_id = ?1)
         AND ok = ?5 AND error_code IS ?3 AND (NOT ok OR pulled + pushed + quarantined = 0)`,
      attempt.peerDeviceId,
      attempt.finishedAt,
      attempt.errorCode,
      attempt.error,
      ok ? 1 : 0,
      times,
      attempt.address,
    ) === 1;
  }

  #insert(attempt: Attempt): void {
    const { database } = this.#context;
    database.run(
      `INSERT INTO sync_attempts (peer_device_id, started_at, finished_at, ok, address, error_code, error,
         pulled, pushed, quarantined) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      attempt.peerDeviceId,
      attempt.startedAt,
      attempt.finishedAt,
      attempt.ok ? 1 : 0,
      attempt.address,
      attempt.errorCode,
      attempt.error,
      attempt.pulled,
      attempt.pushed,
      attempt.quarantined,
    );
    database.run(
      `DELETE FROM sync_attempts WHERE peer_device_id = ?1 AND id <= (
         SELECT id FROM sync_attempts WHERE peer_device_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
      attempt.peerDeviceId,
      KEPT_PER_PEER,
    );
  }

  /** A peer that has forked stays so while it cannot be reached: `offline` would hide what is wrong. */
  #updatePeer(attempt: Attempt, standing: PeerStanding): void {
    this.#context.database.run(
      `UPDATE sync_peers SET state = ?, last_error_code = ?, last_error = ?, behind = ifnull(?, behind),
         last_sync_at = iif(?, ?, last_sync_at), identical_at = iif(?, ?, identical_at),
         identical_live = iif(?, (SELECT live FROM replication_digest), identical_live),
         divergent = iif(?, '[]', divergent)
       WHERE peer_device_id = ? AND NOT (? = 'offline' AND last_error_code IS 'device_forked')`,
      standing.state,
      attempt.errorCode,
      attempt.error,
      standing.behind ?? null,
      attempt.ok ? 1 : 0,
      attempt.finishedAt,
      standing.identical ? 1 : 0,
      attempt.finishedAt,
      standing.identical ? 1 : 0,
      standing.identical ? 1 : 0,
      attempt.peerDeviceId,
      standing.state,
    );
  }
}

/** Whether an attempt ended like the one before, and neither moved anything. */
function isRepeat(attempt: Attempt, last: Attempt): boolean {
  return attempt.ok === last.ok && attempt.errorCode === last.errorCode &&
    !(attempt.ok && (hasMoved(attempt) || hasMoved(last)));
}

function hasMoved({ pulled, pushed, quarantined }: Attempt): boolean {
  return pulled + pushed + quarantined > 0;
}

function attemptFromRow(row: Row): KeptAttempt {
  return {
    id: row.id as number,
    peerDeviceId: row.peer_device_id as string,
    startedAt: row.started_at as string,
    finishedAt: row.finished_at as string,
    ok: row.ok === 1,
    address: row.address as string | null,
    errorCode: row.error_code as string | null,
    error: row.error as string | null,
    pulled: row.pulled as number,
    pushed: row.pushed as number,
    quarantined: row.quarantined as number,
    repeats: row.repeats as number,
  };
}
