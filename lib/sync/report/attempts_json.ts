/** Attempts in the names of the JSON that is shown. */
import type { KeptAttempt } from "../../store/peers/attempts.ts";

/**
 * Encodes attempts.
 *
 * @param names of the peers by device id
 */
export function attemptsJson(
  attempts: readonly KeptAttempt[],
  names: ReadonlyMap<string, string>,
) {
  return attempts.map((attempt) => ({
    peer_device_id: attempt.peerDeviceId,
    name: names.get(attempt.peerDeviceId) ?? null,
    started_at: attempt.startedAt,
    finished_at: attempt.finishedAt,
    ok: attempt.ok,
    address: attempt.address,
    error_code: attempt.errorCode,
    error: attempt.error,
    pulled: attempt.pulled,
    pushed: attempt.pushed,
    quarantined: attempt.quarantined,
    repeats: attempt.repeats,
  }));
}
