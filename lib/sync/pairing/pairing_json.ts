/** Invitations and what became of them, in the names of the JSON that is shown. */
import { formatTimestamp } from "../../model/timestamp.ts";
import type { Acceptance } from "./accept.ts";
import type { MadeInvite } from "./invite.ts";

/** Encodes an invitation. */
export function inviteJson({ payload, command, expiresAtMs }: MadeInvite) {
  return { payload, command, expires_at: formatTimestamp(expiresAtMs) };
}

/** Encodes how accepting ended; with it, where it is not done yet, the command that finishes it. */
export function acceptedJson(accepted: Acceptance) {
  const { deviceId, name, fingerprint } = accepted;
  const peer = { peer_device_id: deviceId, name, fingerprint };
  if (accepted.outcome === "paired") return { outcome: accepted.outcome, ...peer };
  const { outcome, reason, finish } = accepted;
  return { outcome, ...peer, reason, ...inviteJson(finish) };
}
