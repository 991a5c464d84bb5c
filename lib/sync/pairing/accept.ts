/** The accepting side of pairing: one command that leaves both devices pinned. */
import { fingerprintOf } from "../../auth/fingerprint.ts";
import { CodememError, toCodememError } from "../../errors.ts";
import { inviteExpired } from "../../model/invite.ts";
import { keyChanged } from "../../model/peer.ts";
import { decodeInvite, type Invite } from "../../protocol/invite.ts";
import type { Introduction } from "../../protocol/pairing.ts";
import type { PinOptions } from "../../store/peers/peers.ts";
import { dial } from "../ask/dial.ts";
import type { SyncContext } from "../context.ts";
import { requireNotForked } from "../standing/check_lives.ts";
import { askToPair } from "./ask_to_pair.ts";
import { type MadeInvite, makeInvite } from "./invite.ts";

/** If the inviter cannot be asked, its invitation is judged by this device's clock, which may be off. */
const CLOCK_TOLERANCE_MS = 5 * 60 * 1_000;

/** How pairing ended on this side. */
export type Acceptance =
  & { readonly deviceId: string; readonly name: string; readonly fingerprint: string }
  & (
    /** Both devices have pinned each other. */
    | { readonly outcome: "paired"; readonly isConfirmed: boolean }
    /** Only this device has pinned the other; the command finishes the pairing there. */
    | { readonly outcome: "half"; readonly finish: MadeInvite; readonly reason: string }
  );

/** Options of {@link acceptInvite}. */
export interface AcceptOptions {
  readonly replaceKey: boolean;
  /** `host:port` each: addresses of this device. */
  readonly ownAddresses: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Accepts an invitation: dials its addresses, refuses any key but the one in it, proves the token, pins
 * the inviter, and asks it for a status as a peer, which shows that it has pinned this device, too.
 *
 * @throws device_forked, invite_invalid, invite_own, invite_expired, invite_used, key_changed, key_superseded,
 * untrusted_certificate
 */
export async function acceptInvite(
  context: SyncContext,
  text: string,
  options: AcceptOptions,
): Promise<Acceptance> {
  requireNotForked(context);
  const invite = decodeInvite(text, fingerprintOf);
  requireAcceptable(context, invite, options.replaceKey);
  let answer: Introduction;
  try {
    answer = await askToPair(context, invite, options);
  } catch (thrown) {
    const error = toCodememError(thrown);
    if (error.consequence !== "offline") throw error;
    return acceptUnreached(context, invite, { ...options, reason: error.message });
  }
  // The invitation may have had room only for the beginning of the name.
  const paired = { ...invite, name: answer.name };
  const { addresses, discoveryKey } = answer;
  pin(context, paired, { addresses, discoveryKey, replaceKey: options.replaceKey });
  const { deviceId, name, fingerprint } = paired;
  const isConfirmed = await confirm(context, deviceId, options.signal);
  return { outcome: "paired", deviceId, name, fingerprint, isConfirmed };
}

function requireAcceptable(
  { store, device }: SyncContext,
  invite: Invite,
  replaceKey: boolean,
): void {
  if (invite.deviceId === device.deviceId) {
    throw new CodememError("invite_own", "This invitation was made on this device", {
      hint: "Run the command on the other device",
    });
  }
  const known = store.peers.find(invite.deviceId);
  if (known?.removedAt !== null || known.fingerprint === invite.fingerprint) return;
  // Whoever has that key may be why it was given up: nobody means to go back to it.
  const isGivenUp = store.rotations.formerKeys(invite.deviceId).includes(invite.publicKey);
  if (isGivenUp) throw inviteSuperseded(known.name);
  if (!replaceKey) throw keyChanged(known, invite);
}

function inviteSuperseded(name: string): CodememError {
  return new CodememError("key_superseded", `The invitation has a key that ${name} has given up`, {
    hint: `The two are paired already; where ${name} makes such invitations now, it is an older ` +
      "copy: run `codemem sync identity new --yes` on it, and `codemem sync pair`",
  });
}

function pin(context: SyncContext, invite: Invite, options: PinOptions): void {
  const { deviceId, name, fingerprint, publicKey } = invite;
  context.store.peers.pin({ deviceId, name, fingerprint, publicKey }, options);
}

/**
 * Makes sure that the other device has pinned this one: it shows that by answering a peer's request.
 *
 * @returns false if it could not be reached any more; the pins stay all the same
 */
async function confirm(
  context: SyncContext,
  deviceId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { session } = await dial(context, context.store.peers.find(deviceId)!, { signal });
    session.close();
    return true;
  } catch (error) {
    if (toCodememError(error).consequence === "offline") return false;
    throw error;
  }
}

/** No address answers: pins the key in the invitation, and returns the command that finishes the pairing. */
function acceptUnreached(
  context: SyncContext,
  invite: Invite,
  options: AcceptOptions & { readonly reason: string },
): Acceptance {
  const { replaceKey, ownAddresses, reason } = options;
  if (context.nowMs() > invite.expiresAtMs + CLOCK_TOLERANCE_MS) throw inviteExpired();
  const { deviceId, name, fingerprint } = invite;
  pin(context, invite, { addresses: invite.addresses, replaceKey });
  if (invite.pinned) {
    return { outcome: "paired", deviceId, name, fingerprint, isConfirmed: false };
  }
  const finish = makeInvite(context, { addresses: ownAddresses, replaceKey, pinned: true });
  return { outcome: "half", deviceId, name, fingerprint, finish, reason };
}
