/** Checking the rows of a backup, which anybody may have written to, and any disk may have damaged. */
import { isJsonObject } from "../../model/canonical_json.ts";
import { decodeClock } from "../../model/clock.ts";
import { isSyncDeviceId } from "../../model/device.ts";
import { composeOp, decodeOp, hashPayload, isEntityId, type Op } from "../../model/op.ts";
import { CodememError } from "../../errors.ts";
import { Database, type Row } from "../database.ts";
import { memoryFromRow, versionFromRow } from "../memories/memory_row.ts";
import { peerFromRow } from "../peers/peer_row.ts";

/** Far more rows than ever exist, and far from where SQLite and this program run out of numbers. */
const MAX_ROW_NUMBER = 2 ** 48;
/** No clock is later than the year 9999. */
const MAX_RESTORED_MS = 253_402_300_799_999;

/**
 * Whether a database has views or triggers: they would run whenever their table is read or written, for
 * example by a migration, and might never end.
 */
export function actsByItself(path: string): boolean {
  return inDatabase(path, (database) =>
    database.get(
      "SELECT 1 AS found FROM sqlite_schema WHERE type IN ('view', 'trigger') LIMIT 1",
    ) !== undefined);
}

/**
 * Requires that every row can be read and agrees with its op: a memory that cannot be read would break every
 * list, and one that differs from its hash would differ from that of the peers for good.
 *
 * @throws database_corrupt, and whatever else reading a damaged row throws: see {@link isUnsound}
 */
export function requireSound(path: string): void {
  inDatabase(path, (database) =>
    database.read(() => {
      requireSoundRecord(database);
      for (const row of database.each(OPS)) requireSoundOp(row);
      for (const row of database.each(MEMORIES)) requireSoundMemory(row);
      for (const { raw } of database.each("SELECT raw FROM sync_quarantine")) {
        JSON.parse(raw as string);
      }
    }));
}

/** Whether an error comes from rows that this program has not written: no JSON, or no readable number. */
export function isUnsound(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof RangeError ||
    (error as { code?: unknown } | undefined)?.code === "ERR_SQLITE_ERROR";
}

const OPS = `SELECT op_id, entity_type, entity_id, op_type, payload, rev, updated_at,
    clock_device_id, device_id, created_at FROM replication_ops ORDER BY seq`;
const MEMORIES = `SELECT memories.*, op.entity_id AS op_entity_id, op.op_type, op.payload,
    op.rev AS op_rev, op.updated_at AS op_updated_at, op.clock_device_id AS op_clock_device_id
  FROM memories LEFT JOIN replication_ops AS op ON op.seq = memories.op_seq
  ORDER BY row_id`;

function requireSoundRecord(database: Database): void {
  const { device_id: deviceId, epoch, restored_ms: restoredMs, key_task: task } = database.get(
    "SELECT device_id, epoch, restored_ms, key_task FROM sync_device",
  )!;
  // It becomes an argument of other programs, and a part of a DNS name.
  if (!isSyncDeviceId(deviceId)) throw unsound("its device id is invalid");
  if (!/^[0-9a-f]{16}$/.test(epoch as string)) throw unsound("its epoch is invalid");
  if (!isWithin(restoredMs, MAX_RESTORED_MS)) throw unsound("the time of its restore is invalid");
  if (task !== null && !isKeyTask(JSON.parse(task as string))) {
    throw unsound("its key task is invalid");
  }
  const { number } = database.get(
    `SELECT max(ifnull((SELECT max(seq) FROM sqlite_sequence), 0),
       ifnull((SELECT max(row_id) FROM memories), 0), ifnull((SELECT max(n) FROM sync_lives), 0),
       (SELECT scrub_due FROM replication_digest)) AS number`,
  )!;
  if (!isWithin(number, MAX_ROW_NUMBER)) throw unsound("its rows have numbers that leave no room");
  database.all("SELECT * FROM sync_peers").forEach(peerFromRow);
}

/** The task would be carried out on the key files of this device, and its suffix becomes part of their names. */
function isKeyTask(task: unknown): boolean {
  if (!isJsonObject(task)) return false;
  const isPlace = (place: unknown) => place === "file" || place === "keychain";
  if (task.kind === "move") return isPlace(task.from) && isPlace(task.to);
  if (task.kind === "set_aside") return /^[\w-]{1,60}$/.test(String(task.suffix));
  return task.kind === "rotate";
}

function isWithin(value: unknown, max: number): boolean {
  return typeof value === "number" && value >= 0 && value <= max;
}

function requireSoundOp(row: Row): void {
  const { op } = decodeOp({
    op_id: row.op_id,
    entity_type: row.entity_type,
    entity_id: row.entity_id,
    op_type: row.op_type,
    payload: row.payload === null ? null : JSON.parse(row.payload as string),
    clock: { rev: row.rev, updated_at: row.updated_at, device_id: row.clock_device_id },
    device_id: row.device_id,
    created_at: row.created_at,
  });
  if (op === undefined || op.payload !== row.payload) throw unsound("an op cannot be read");
}

function requireSoundMemory(row: Row): void {
  const { entityId, opType, clock, payloadHash } = versionFromRow(row);
  const isClock = decodeClock({ ...clock, updated_at: clock.updatedAt, device_id: clock.deviceId });
  if (!isEntityId(entityId) || isClock === undefined) throw unsound("a memory cannot be read");
  const own = composed(row, opType === "delete" ? null : memoryFromRow(row));
  if (row.op_seq === null) {
    if (own?.payloadHash !== payloadHash) throw unsound("a memory is not that of its hash");
    return;
  }
  const isItsOp = row.op_entity_id === entityId && row.op_type === opType &&
    row.op_rev === clock.rev && row.op_updated_at === clock.updatedAt &&
    row.op_clock_device_id === clock.deviceId &&
    hashPayload(row.payload as string | null) === payloadHash;
  if (!isItsOp || own?.payloadHash !== contentHash(row, clock)) {
    throw unsound("a memory is not that of its op");
  }
}

/** The hash of an op's content as this program writes it: members that say nothing make no difference. */
function contentHash(row: Row, clock: Op["clock"]): string | undefined {
  const { op } = decodeOp({
    op_id: "-",
    entity_type: "memory",
    entity_id: row.id,
    op_type: row.op_type,
    payload: row.payload === null ? null : JSON.parse(row.payload as string),
    clock: { rev: clock.rev, updated_at: clock.updatedAt, device_id: clock.deviceId },
    device_id: clock.deviceId,
  });
  return op === undefined ? undefined : composed(row, op.content)?.payloadHash;
}

function composed(row: Row, content: Op["content"]): Op | undefined {
  const { clock, entityId } = versionFromRow(row);
  return composeOp({ ...{ opId: "-", entityId, content, clock }, deviceId: "-", createdAt: "-" });
}

function inDatabase<T>(path: string, body: (database: Database) => T): T {
  const database = new Database(path);
  try {
    return body(database);
  } finally {
    database.close();
  }
}

function unsound(what: string): CodememError {
  return new CodememError("database_corrupt", `The backup is damaged: ${what}`);
}
