/** The identity of an upstream memory: the same on every machine that holds a copy of it. */
import { isDeviceId } from "../../model/device.ts";

/** What a row says about its identity. */
export interface IdentityFacts {
  /** `import_key` without the white space around it; absent where there is none. */
  readonly importKey: string | undefined;
  /** In decimal digits: a row id of SQLite may be larger than a JavaScript number can hold. */
  readonly rowId: string;
  /** `metadata_json.clock_device_id`, where it names a device. */
  readonly clockDeviceId: string | undefined;
  /** The device whose database the row stands in. */
  readonly sourceDeviceId: string;
}

/** The identity of a row. */
export interface UpstreamIdentity {
  readonly entityId: string;
  /** The device named in a legacy key: the one that wrote the memory first. */
  readonly legacyDeviceId: string | undefined;
  /** Whether the key was an old, unqualified one. */
  readonly wasUnqualified: boolean;
}

const UNQUALIFIED = /^legacy:memory_item:(.+)$/;
const QUALIFIED = /^legacy:([^:]+):memory_item:/;

/**
 * Derives the identity of a row. A row number says something only together with its device: a row
 * without a key is this database's own; an unqualified key counts rows on the device that wrote the
 * memory, which the row's clock names where it came from elsewhere.
 */
export function upstreamIdentity(facts: IdentityFacts): UpstreamIdentity {
  const { importKey, rowId, clockDeviceId, sourceDeviceId } = facts;
  const row = importKey === undefined ? rowId : UNQUALIFIED.exec(importKey)?.[1];
  if (row === undefined) {
    const named = QUALIFIED.exec(importKey!)?.[1];
    const legacyDeviceId = asDevice(named);
    return { entityId: importKey!, legacyDeviceId, wasUnqualified: false };
  }
  const deviceId = importKey === undefined ? sourceDeviceId : clockDeviceId ?? sourceDeviceId;
  return {
    entityId: `legacy:${deviceId}:memory_item:${row}`,
    legacyDeviceId: deviceId,
    wasUnqualified: importKey !== undefined,
  };
}

/** The device that `value` names; `local` stood for one that had no name yet. */
export function asDevice(value: unknown): string | undefined {
  const name = typeof value === "string" ? value.trim() : undefined;
  return isDeviceId(name) && name !== "local" ? name : undefined;
}
