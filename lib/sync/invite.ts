/** Inviting another device. */
import { encodeInvite, pairingCommand } from "../protocol/invite.ts";
import type { SyncContext } from "./context.ts";

/** An invitation lasts for so long. */
const INVITE_LIFETIME_MS = 10 * 60 * 1_000;

const TOKEN_BYTES = 16;

/** An invitation, ready to be carried to the other device. */
export interface MadeInvite {
  readonly payload: string;
  /** What to run on the other device. */
  readonly command: string;
  readonly expiresAtMs: number;
}

/** Makes an invitation, good once. */
export function makeInvite(
  { store, device, nowMs, randomBytes }: SyncContext,
  options: {
    /** `host:port` each, best first. */
    readonly addresses: readonly string[];
    /** A known device may come with a new key. */
    readonly replaceKey: boolean;
    /** This device has already pinned the one it invites. */
    readonly pinned: boolean;
  },
): MadeInvite {
  const token = randomBytes(TOKEN_BYTES);
  const expiresAtMs = Math.floor((nowMs() + INVITE_LIFETIME_MS) / 1_000) * 1_000;
  store.invites.add({ token, expiresAtMs, replaceKey: options.replaceKey });
  const payload = encodeInvite({
    deviceId: device.deviceId,
    name: device.name,
    fingerprint: device.fingerprint,
    publicKey: device.publicKey,
    addresses: options.addresses,
    token,
    expiresAtMs,
    pinned: options.pinned,
  });
  return { payload, command: pairingCommand(payload), expiresAtMs };
}
