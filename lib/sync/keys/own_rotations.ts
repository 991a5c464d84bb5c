/** The rotations that this device announces. */
import type { RotationStatement } from "../../model/rotation.ts";
import type { SyncContext } from "../context.ts";

/**
 * The rotations that lead to the key that this process holds; none if another process has rotated the key
 * since, because this one cannot prove the new key until it has loaded it.
 */
export function ownRotations({ store, device }: SyncContext): RotationStatement[] {
  const chain = store.rotations.own();
  return chain.at(-1)?.newPublicKey === device.publicKey ? chain : [];
}
