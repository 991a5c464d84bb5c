/** What this device says of its keys. */
import type { RotationStatement } from "../../model/rotation.ts";
import type { SyncContext } from "../context.ts";

/**
 * The rotations that lead to the key in hand. None where another process has rotated the key since: this
 * one cannot prove the new one, and is about to take it up.
 */
export function ownRotations({ store, device }: SyncContext): RotationStatement[] {
  const chain = store.rotations.own();
  return chain.at(-1)?.newPublicKey === device.publicKey ? chain : [];
}
