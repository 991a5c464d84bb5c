/** The rotations that this device announces. */
import { formatCursor } from "../../model/cursor.ts";
import type { RotationStatement } from "../../model/rotation.ts";
import type { ToldRotations } from "../../protocol/rotation.ts";
import type { SyncContext } from "../context.ts";
import { ownLife } from "../standing/own_standing.ts";

/**
 * The rotations that lead to the key that this process holds; none if another process has rotated the key
 * since, because this one cannot prove the new key until it has loaded it.
 */
export function ownRotations({ store, device }: SyncContext): RotationStatement[] {
  const chain = store.rotations.own();
  return chain.at(-1)?.newPublicKey === device.publicKey ? chain : [];
}

/** What this device announces to anybody. */
export function ownKeys(context: SyncContext): ToldRotations {
  return { deviceId: context.device.deviceId, statements: ownRotations(context) };
}

/** The same with the signed statement about its database, for a peer that has proven itself. */
export function ownKeysAndLife(context: SyncContext): ToldRotations {
  const life = ownLife(context, formatCursor(context.store.log.head()));
  return { ...ownKeys(context), ...(life === null ? {} : { life }) };
}
