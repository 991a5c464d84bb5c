/** The state of a peer after an attempt. */
import { type Consequence, consequenceOf, isErrorCode } from "../../errors.ts";
import type { PeerState } from "../../model/peer.ts";
import type { Attempt } from "../../store/peers/attempts.ts";

const STATE_AFTER: Record<Consequence, PeerState> = {
  offline: "offline",
  untrusted: "auth_failed",
  incompatible: "incompatible",
  passing: "error",
  broken: "error",
};

/** The state of a peer after a failure of this consequence. */
export function stateAfterFailure(consequence: Consequence): PeerState {
  return STATE_AFTER[consequence];
}

/** How this device's last attempt at a peer ended, as the peer is told. */
export function stateAfterAttempt(
  attempt: Pick<Attempt, "ok" | "errorCode"> | undefined,
): PeerState {
  if (attempt === undefined) return "never";
  if (attempt.ok) return "ok";
  const { errorCode } = attempt;
  return isErrorCode(errorCode) ? STATE_AFTER[consequenceOf(errorCode)] : "error";
}
