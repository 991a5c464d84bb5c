/**
 * The clock of a version of a memory, and the order that decides which version stands.
 */
import { isDeviceId } from "./device.ts";
import { isJsonObject } from "./canonical_json.ts";
import { isTimestamp } from "./timestamp.ts";

/** When, in a memory's life, a version was written, and by whom. */
export interface Clock {
  /** Counts the changes of the memory: one more at each local change. */
  readonly rev: number;
  /** Canonical timestamp of the change. */
  readonly updatedAt: string;
  /** The device that made it. */
  readonly deviceId: string;
}

/** A higher revision than any life of editing reaches; above it the next change could not be counted. */
export const MAX_REV = 2 ** 40;

/**
 * Orders two clocks by revision, then instant, then device.
 *
 * @returns a negative number where `a` is older, zero where they are the same, positive otherwise
 */
export function compareClocks(a: Clock, b: Clock): number {
  if (a.rev !== b.rev) return a.rev - b.rev;
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? -1 : 1;
  if (a.deviceId !== b.deviceId) return a.deviceId < b.deviceId ? -1 : 1;
  return 0;
}

/** Reads a clock from its JSON form; `undefined` where it is not one. */
export function decodeClock(value: unknown): Clock | undefined {
  if (!isJsonObject(value)) return undefined;
  const { rev, updated_at: updatedAt, device_id: deviceId } = value;
  const inRange = Number.isSafeInteger(rev) && (rev as number) >= 0 && (rev as number) <= MAX_REV;
  if (!inRange || !isTimestamp(updatedAt) || !isDeviceId(deviceId)) return undefined;
  return { rev: rev as number, updatedAt, deviceId };
}
