/** What the database knows of its own device. */
import type { KeyStoreName, KeyTask } from "../model/key_place.ts";
import type { StoreContext } from "./context.ts";

/** This device, as far as it is set up. */
export interface DeviceRecord {
  readonly deviceId: string;
  /** Names this life of the log: 16 lowercase hex digits. */
  readonly epoch: string;
  /** The key it is known by; null until it has one. */
  readonly publicKey: string | null;
  readonly fingerprint: string | null;
  /** Its certificate for that key, PEM. */
  readonly certificate: string | null;
  /** Where its private key is; null until it has one. */
  readonly keyStore: KeyStoreName | null;
  /** Why it is in a file although a keychain would have been preferred. */
  readonly keyStoreNote: string | null;
  /** What was begun with the key and is not known to be finished. */
  readonly keyTask: KeyTask | null;
  /** The public key of the copy that was kept at the other place; null where none is known. */
  readonly keyCopy: string | null;
  /** When the import of the first start had ended; null until it has. */
  readonly firstImportAt: string | null;
}

/** Of what adverts are recognised by. */
export const DISCOVERY_KEY_BYTES = 32;

/** The device a store belongs to. */
export class Device {
  readonly #context: Omit<StoreContext, "deviceId">;

  constructor(context: Omit<StoreContext, "deviceId">) {
    this.#context = context;
  }

  /** Reads the record, and makes it at the first opening. */
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

  /** Its id, as it is now: another process may have made another device of it. */
  id(): string {
    return this.#context.database.get("SELECT device_id FROM sync_device")!.device_id as string;
  }

  /** Binds the device to its key. */
  setKey(key: {
    readonly publicKey: string;
    readonly fingerprint: string;
    readonly certificate: string;
    readonly keyStore: KeyStoreName;
    /** Why it is not where it was wanted first. */
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

  /** Notes where the private key is now: what is at the other place is not known. */
  setKeyStore(name: KeyStoreName): void {
    this.#context.database.writeDurably(() =>
      this.#context.database.run(
        "UPDATE sync_device SET key_store = ?, key_store_note = NULL, key_copy = NULL",
        name,
      )
    );
  }

  /** Notes what is under way with the key; null when it is done. */
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
   * What this device's adverts on the local network are recognised by: 32 bytes that its peers know.
   * Another one after a peer was removed.
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

  /** Notes that the import of the first start has been done to its end. */
  setFirstImport(): void {
    const now = new Date(this.#context.nowMs()).toISOString();
    this.#context.database.run("UPDATE sync_device SET first_import_at = ?", now);
  }

  /**
   * Begins a new life of the log, of the same device: what stands in it is that of a backup. Peers are
   * told that this is meant by the time of the restore, which is later than that of any before.
   *
   * @param restoredAfterMs as far as is known, the time of the last restore of any copy
   */
  beginAnew(restoredAfterMs = 0): void {
    // What peers have said of this database while it was an older copy is over.
    this.#context.database.run(
      `UPDATE sync_peers SET state = 'never', last_error = NULL, last_error_code = NULL
       WHERE last_error_code = 'device_forked'
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
   * Makes another device of this one: a new id and a new life of the log, without a key.
   *
   * @param keyTask what is to be done with the key that it had
   */
  renew(keyTask: KeyTask | null): void {
    this.#context.database.run("DELETE FROM sync_rotations");
    // The lives of the device it was are met by nobody any more.
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
