/** Invitations to pair that this device has issued: each is valid once, for a short time. */
import { inviteExpired, inviteUsed, tokenIdOf } from "../../model/invite.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";

/** An invitation that this device has issued. */
export interface GivenInvite {
  /** Identifies the token without revealing it: the first half of its SHA-256, lowercase hex. */
  readonly tokenId: string;
  readonly token: Uint8Array;
  readonly expiresAt: string;
  /** Whether the acceptor may be a known device with a new key. */
  readonly replaceKey: boolean;
  readonly usedAt: string | null;
  /** Fingerprint of the key that used it. */
  readonly usedBy: string | null;
}

/** How long used and expired invitations are kept, to tell one from the other. */
const REMEMBERED_MS = 7 * 24 * 60 * 60 * 1_000;

/** The invitations of a store. */
export class Invites {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Adds a new invitation. */
  add(
    invite: {
      readonly token: Uint8Array;
      readonly expiresAtMs: number;
      readonly replaceKey: boolean;
    },
  ): void {
    const { database, nowMs } = this.#context;
    database.write(() => {
      database.run(
        "DELETE FROM sync_invites WHERE expires_at < ?",
        formatTimestamp(nowMs() - REMEMBERED_MS),
      );
      database.run(
        `INSERT INTO sync_invites (token_id, token, created_at, expires_at, replace_key)
         VALUES (?, ?, ?, ?, ?)`,
        tokenIdOf(invite.token),
        invite.token,
        formatTimestamp(nowMs()),
        formatTimestamp(invite.expiresAtMs),
        invite.replaceKey ? 1 : 0,
      );
    });
  }

  /** The invitation with this token id, used or expired as it may be. */
  find(tokenId: string): GivenInvite | undefined {
    const row = this.#context.database.get(
      "SELECT * FROM sync_invites WHERE token_id = ?",
      tokenId,
    );
    return row === undefined ? undefined : inviteFromRow(row);
  }

  /** Until when an invitation can still be used for the first time; null if there is none. */
  openUntil(): string | null {
    const row = this.#context.database.get(
      "SELECT max(expires_at) AS latest FROM sync_invites WHERE used_at IS NULL AND expires_at > ?",
      formatTimestamp(this.#context.nowMs()),
    );
    return row!.latest as string | null;
  }

  /**
   * Marks an invitation as used. Until the pairing is confirmed, the same key may use it again, because
   * an answer can get lost.
   *
   * @throws invite_expired, invite_used
   */
  use(tokenId: string, fingerprint: string): void {
    const { database, nowMs } = this.#context;
    const now = formatTimestamp(nowMs());
    const used = database.run(
      `UPDATE sync_invites SET used_at = ifnull(used_at, ?1), used_by = ?2
       WHERE token_id = ?3 AND expires_at > ?1 AND confirmed = 0
         AND (used_at IS NULL OR used_by = ?2)`,
      now,
      fingerprint,
      tokenId,
    );
    if (used === 1) return;
    const invite = this.find(tokenId);
    const isExpired = invite?.usedAt === null && invite.expiresAt <= now;
    throw isExpired ? inviteExpired() : inviteUsed();
  }

  /** The device with this key has shown that it is paired: its invitations cannot be used again. */
  confirm(fingerprint: string): void {
    this.#context.database.run(
      "UPDATE sync_invites SET confirmed = 1 WHERE used_by = ?",
      fingerprint,
    );
  }
}

function inviteFromRow(row: Row): GivenInvite {
  return {
    tokenId: row.token_id as string,
    token: row.token as Uint8Array,
    expiresAt: row.expires_at as string,
    replaceKey: row.replace_key === 1,
    usedAt: row.used_at as string | null,
    usedBy: row.used_by as string | null,
  };
}
