/** Noticing that a database was restored by hand or its disk cloned, before anything is exchanged. */
import type { Life } from "../model/life.ts";
import { deviceForked } from "../model/peer.ts";
import type { Store } from "../store/store.ts";
import type { SyncContext } from "./context.ts";

/** What a peer has told of its own database, and of what it has met of this device's. */
export interface ToldLives {
  readonly life?: Life | null | undefined;
  readonly knownLife?: Life | null | undefined;
  readonly knownHead?: string | null | undefined;
}

/**
 * Takes in what a peer has told. Where that shows that another copy of this device's database has gone
 * on, the device speaks to nobody from then on.
 *
 * @throws device_forked
 */
export function heedLives(context: SyncContext, peerDeviceId: string, told: ToldLives): void {
  const { lives } = context.store;
  if (lives.haveForked({ life: told.knownLife ?? null, head: told.knownHead ?? null })) {
    lives.markForked();
  }
  requireNotForked(context);
  if (told.life) lives.meet(peerDeviceId, told.life);
}

/** @throws device_forked where another copy of this device's database has gone on */
export function requireNotForked(
  { store, device }: { readonly store: Store; readonly device: { readonly name: string } },
): void {
  if (store.lives.forkedAt() !== null) throw deviceForked(device.name);
}
