/** Inviting another device. */
import { decodeInvite, encodeInvite, pairingCommand } from "../../protocol/invite.ts";
import type { LocalDevice, SyncContext } from "../context.ts";
import { requireNotForked } from "../standing/check_lives.ts";

/** How long an invitation is valid. */
const INVITE_LIFETIME_MS = 10 * 60 * 1_000;

const TOKEN_BYTES = 16;
/** Any time: in an invitation all are of the same length. */
const ANY_TIME_MS = 1_766_400_000_000;

/** An invitation, ready to be carried to the other device. */
export interface MadeInvite {
  readonly payload: string;
  /** What to run on the other device. */
  readonly command: string;
  readonly expiresAtMs: number;
}

/** Returns those of the given addresses (`host:port` each) for which an invitation has room. */
export function invitedAddresses(
  { deviceId, name, fingerprint, publicKey }: LocalDevice,
  addresses: readonly string[],
): readonly string[] {
  const identity = { deviceId, name, fingerprint, publicKey };
  const rest = { token: new Uint8Array(TOKEN_BYTES), expiresAtMs: ANY_TIME_MS, pinned: false };
  const payload = encodeInvite({ ...identity, ...rest, addresses });
  return decodeInvite(payload, () => fingerprint).addresses;
}

/** Makes an invitation that is valid once. @throws device_forked */
export function makeInvite(
  context: SyncContext,
  options: {
    /** `host:port` each, best first. */
    readonly addresses: readonly string[];
    /** A known device may come with a new key. */
    readonly replaceKey: boolean;
    /** This device has already pinned the one it invites. */
    readonly pinned: boolean;
  },
): MadeInvite {
  const { store, device, nowMs, randomBytes } = context;
  requireNotForked(context);
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
