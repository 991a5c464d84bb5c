/** What the database knows about its own device. */
import type { KeyStoreName, KeyTask } from "../model/key_place.ts";
import type { StoreContext } from "./context.ts";

/** This device, as far as it is set up. */
export interface DeviceRecord {
  readonly deviceId: string;
  /** Identifies this life of the log: 16 lowercase hex digits. */
  readonly epoch: string;
  /** The key that the device is known by; null until it has one. */
  readonly publicKey: string | null;
  readonly fingerprint: string | null;
  /** Its certificate for that key, PEM. */
  readonly certificate: string | null;
  /** Where its private key is; null until it has one. */
  readonly keyStore: KeyStoreName | null;
  /** Why it is in a file although `auto` prefers the keychain. */
  readonly keyStoreNote: string | null;
  /** A change of the key that was begun and is not known to be finished. */
  readonly keyTask: KeyTask | null;
  /** The public key of the copy in the other key store; null if none is known. */
  readonly keyCopy: string | null;
  /** When the import of the first start was finished; null until then. */
  readonly firstImportAt: string | null;
}

/** The length of a discovery key. */
export const DISCOVERY_KEY_BYTES = 32;

/** The device a store belongs to. */
export class Device {
  readonly #context: Omit<StoreContext, "deviceId">;

  constructor(context: Omit<StoreContext, "deviceId">) {
    this.#context = context;
  }

  /** Reads the record, which the first call creates. */
  record(): DeviceRecord {
    return this.#read() ?? this.#context.database.write(() => {
      this.#context.database.run(
        `INSERT INTO sync_device (singleton, device_id, epoch, created_at, discovery_key)
         VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        this.#context.randomUuid(),
        newEpoch(this.#context.randomUuid),
        new Date(this.#context.nowMs()).toISOString(),
        this.#context.randomBytes(DISCOVERY_KEY_BYTES),
      );
      return this.#read()!;
    });
  }

  /** Its present id: another process may have given it a new identity. */
  id(): string {
    return this.#context.database.get("SELECT device_id FROM sync_device")!.device_id as string;
  }

  /** Binds the device to its key. */
  setKey(key: {
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly certificate: string;
    readonly keyStore: KeyStoreName;
    /** Why it is in a file although `auto` prefers the keychain; null if there is nothing to explain. */
    readonly keyStoreNote: string | null;
  }): void {
    this.#context.database.run(
      `UPDATE sync_device SET public_key = ?, fingerprint = ?, certificate = ?, key_store = ?,
         key_store_note = ?`,
      key.publicKey,
      key.fingerprint,
      key.certificate,
      key.keyStore,
      key.keyStoreNote,
    );
  }

  /** Records where the private key is now; what is in the other key store is not known then. */
  setKeyStore(name: KeyStoreName): void {
    this.#context.database.writeDurably(() =>
      this.#context.database.run(
        "UPDATE sync_device SET key_store = ?, key_store_note = NULL, key_copy = NULL",
        name,
      )
    );
  }

  /** Records the key task that is under way; null when it is done. */
  setKeyTask(task: KeyTask | null): void {
    this.#context.database.writeDurably(() =>
      this.#context.database.run("UPDATE sync_device SET key_task = ?", encodeTask(task))
    );
  }

  /** Notes the copy at the place where the key is not. @param publicKey null where there is none */
  setKeyCopy(publicKey: string | null): void {
    this.#context.database.writeDurably(() =>
      this.#context.database.run("UPDATE sync_device SET key_copy = ?", publicKey)
    );
  }

  /**
   * The key by which peers recognise this device's adverts on the local network: 32 bytes. Removing a peer
   * replaces it.
   */
  discoveryKey(): Uint8Array {
    // A database of an earlier version may have none.
    return this.#readDiscoveryKey() ?? this.#context.database.write(() => {
      this.#context.database.run(
        "UPDATE sync_device SET discovery_key = ? WHERE discovery_key IS NULL",
        this.#context.randomBytes(DISCOVERY_KEY_BYTES),
      );
      return this.#readDiscoveryKey()!;
    });
  }

  /** Records that the import of the first start is finished. */
  setFirstImport(): void {
    const now = new Date(this.#context.nowMs()).toISOString();
    this.#context.database.run("UPDATE sync_device SET first_import_at = ?", now);
  }

  /**
   * Begins a new life of the log for the same device, whose contents now are those of a backup. The time of
   * the restore, later than that of every restore before, tells peers that this is intended.
   *
   * @param restoredAfterMs the latest known time of a restore of any copy, in milliseconds since 1970
   */
  beginAnew(restoredAfterMs = 0): void {
    // What peers have said about this database while it was an older copy no longer holds.
    this.#context.database.run(
      `UPDATE sync_peers SET state = 'never', last_error = NULL, last_error_code = NULL
       WHERE last_error_code = 'fork_unproven' OR last_error_code = 'device_forked'
         AND EXISTS (SELECT 1 FROM sync_device WHERE forked_at IS NOT NULL)`,
    );
    this.#context.database.run(
      // A number that cannot be read would leave the device without its record.
      `UPDATE sync_device SET epoch = ?1, restored_ms = min(max(?2, ?3 + 1, restored_ms + 1), ?4),
         forked_at = NULL`,
      newEpoch(this.#context.randomUuid),
      this.#context.nowMs(),
      restoredAfterMs,
      Number.MAX_SAFE_INTEGER,
    );
  }

  /**
   * Gives this device a new id and a new life of the log, without a key.
   *
   * @param keyTask what is still to be done with the key that it had
   */
  renew(keyTask: KeyTask | null): void {
    this.#context.database.run("DELETE FROM sync_rotations");
    // Nobody knows lives of the new device yet.
    this.#context.database.run("DELETE FROM sync_lives");
    this.#context.database.run(
      `UPDATE sync_device SET device_id = ?, epoch = ?, public_key = NULL, fingerprint = NULL,
         certificate = NULL, discovery_key = ?, key_store = NULL, key_store_note = NULL,
         key_task = ?, key_copy = NULL, restored_ms = 0, forked_at = NULL`,
      this.#context.randomUuid(),
      newEpoch(this.#context.randomUuid),
      this.#context.randomBytes(DISCOVERY_KEY_BYTES),
      encodeTask(keyTask),
    );
  }

  #readDiscoveryKey(): Uint8Array | undefined {
    const row = this.#context.database.get("SELECT discovery_key FROM sync_device");
    return (row?.discovery_key ?? undefined) as Uint8Array | undefined;
  }

  #read(): DeviceRecord | undefined {
    const row = this.#context.database.get("SELECT * FROM sync_device");
    if (row === undefined) return undefined;
    return {
      deviceId: row.device_id as string,
      epoch: row.epoch as string,
      publicKey: row.public_key as string | null,
      fingerprint: row.fingerprint as string | null,
      certificate: row.certificate as string | null,
      keyStore: row.key_store as KeyStoreName | null,
      keyStoreNote: row.key_store_note as string | null,
      keyTask: row.key_task === null ? null : JSON.parse(row.key_task as string) as KeyTask,
      keyCopy: row.key_copy as string | null,
      firstImportAt: row.first_import_at as string | null,
    };
  }
}

function encodeTask(task: KeyTask | null): string | null {
  return task === null ? null : JSON.stringify(task);
}

function newEpoch(randomUuid: () => string): string {
  // The last 16 digits of a version 4 UUID hold 62 random bits (RFC 9562 §5.4).
  return randomUuid().replaceAll("-", "").slice(16);
}
