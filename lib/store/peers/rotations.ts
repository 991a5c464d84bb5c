/** How keys followed each other: this device's own keys, and those of its peers as far as accepted. */
import { CodememError } from "../../errors.ts";
import type { Pin } from "../../model/peer.ts";
import type { RotationStatement } from "../../model/rotation.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { StoreContext } from "../context.ts";
import type { Row } from "../database.ts";
import { requirePinned } from "./require_pinned.ts";

/** An accepted step of a peer. */
export interface AcceptedStep {
  readonly oldPublicKey: string;
  readonly newPublicKey: string;
}

/** The key that a peer has now. */
export interface FollowedKey {
  readonly publicKey: string;
  readonly fingerprint: string;
  /** The steps from the pinned key to this one, in order. */
  readonly steps: readonly RotationStatement[];
}

/** The rotations that a store knows of. */
export class Rotations {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** This device's own rotations, oldest first. */
  own(): RotationStatement[] {
    const deviceId = this.#context.deviceId();
    return this.#context.database.all("SELECT * FROM sync_rotations ORDER BY sequence")
      .map((row) => statementFromRow(row, deviceId));
  }

  /**
   * Gives this device its next key: from now on the device is known by it.
   *
   * @param key `certificate`: PEM, for the new key
   * @throws internal if the present key is not the old key of the statement
   */
  commit(
    statement: RotationStatement,
    key: { readonly fingerprint: string; readonly certificate: string },
  ): void {
    const { database } = this.#context;
    database.writeDurably(() => {
      const { sequence, oldPublicKey, newPublicKey, createdAt } = statement;
      database.run(
        "INSERT INTO sync_rotations VALUES (?, ?, ?, ?, ?, ?)",
        ...[sequence, oldPublicKey, newPublicKey, createdAt],
        ...[statement.oldSignature, statement.newSignature],
      );
      const changed = database.run(
        `UPDATE sync_device SET public_key = ?, fingerprint = ?, certificate = ?
         WHERE public_key = ?`,
        ...[newPublicKey, key.fingerprint, key.certificate, oldPublicKey],
      );
      if (changed === 1) return;
      throw new CodememError("internal", "Cannot rotate the key: it is another one by now");
    });
  }

  /** The accepted steps of a peer, oldest first. */
  ofPeer(deviceId: string): AcceptedStep[] {
    return this.#context.database.all(
      `SELECT old_public_key, new_public_key FROM sync_peer_rotations
       WHERE peer_device_id = ? ORDER BY sequence`,
      deviceId,
    ).map((row) => ({
      oldPublicKey: row.old_public_key as string,
      newPublicKey: row.new_public_key as string,
    }));
  }

  /** The keys that a peer was pinned by and has given up, the newest first. */
  formerKeys(deviceId: string): string[] {
    return this.ofPeer(deviceId).map(({ oldPublicKey }) => oldPublicKey).reverse();
  }

  /**
   * Pins the key that a peer has now in place of the old one. Cursors stay.
   *
   * @throws peer_removed if it is not pinned by the old key any more
   */
  follow(peer: Pin, key: FollowedKey): void {
    const { database, nowMs } = this.#context;
    const now = formatTimestamp(nowMs());
    database.writeDurably(() => {
      requirePinned(database, peer);
      for (const { sequence, oldPublicKey, newPublicKey, createdAt } of key.steps) {
        database.run(
          "INSERT INTO sync_peer_rotations VALUES (?, ?, ?, ?, ?, ?)",
          ...[peer.deviceId, sequence, oldPublicKey, newPublicKey, createdAt, now],
        );
      }
      // The stored certificate was for the old key.
      database.run(
        `UPDATE sync_peers SET public_key = ?, fingerprint = ?, certificate = NULL,
           rotation_accepted = ?, rotated_at = ? WHERE peer_device_id = ?`,
        ...[key.publicKey, key.fingerprint, key.steps.at(-1)!.sequence, now, peer.deviceId],
      );
    });
  }

  /** Records the sequence of the last rotation of a peer that is pinned by its present key already. */
  recordAccepted(deviceId: string, sequence: number): void {
    this.#context.database.run(
      `UPDATE sync_peers SET rotation_accepted = ?1
       WHERE peer_device_id = ?2 AND rotation_accepted < ?1`,
      sequence,
      deviceId,
    );
  }

  /** Records that a peer knows this device's rotations up to a sequence. */
  recordTold(deviceId: string, sequence: number): void {
    this.#context.database.run(
      `UPDATE sync_peers SET rotation_told = ?1 WHERE peer_device_id = ?2 AND rotation_told < ?1`,
      sequence,
      deviceId,
    );
  }

  /** Records when two successors of one key of a peer were first seen. */
  recordFork(deviceId: string): void {
    const { database, nowMs } = this.#context;
    database.writeDurably(() =>
      database.run(
        "UPDATE sync_peers SET key_forked_at = ifnull(key_forked_at, ?) WHERE peer_device_id = ?",
        formatTimestamp(nowMs()),
        deviceId,
      )
    );
  }
}

function statementFromRow(row: Row, deviceId: string): RotationStatement {
  return {
    deviceId,
    sequence: row.sequence as number,
    oldPublicKey: row.old_public_key as string,
    newPublicKey: row.new_public_key as string,
    createdAt: row.created_at as string,
    oldSignature: row.old_signature as Uint8Array,
    newSignature: row.new_signature as Uint8Array,
  };
}
