/** That a request to be paired comes from the holder of the key that it asks to be pinned. */
import { contentDigestMatches } from "../auth/content_digest.ts";
import { parsePublicKeyLine } from "../auth/fingerprint.ts";
import { checkFreshness } from "../auth/freshness.ts";
import { readSignature, verifySignature } from "../auth/request_signature.ts";
import { CodememError, type ErrorCode } from "../errors.ts";
import { formatTimestamp } from "../model/timestamp.ts";
import type { PairRequest } from "../protocol/pairing.ts";
import { requestTarget } from "./request_target.ts";

/** What the request is judged by. */
export interface PossessionOptions {
  readonly body: Uint8Array;
  /** What the body asks for. */
  readonly asked: Pick<PairRequest, "deviceId" | "publicKey">;
  /** This device's id. */
  readonly deviceId: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Checks that a request is signed like all others, by the key that is shown in it.
 *
 * @throws missing_signature, invalid_signature, wrong_recipient, clock_skew, digest_mismatch
 */
export function requirePossession(request: Request, options: PossessionOptions): void {
  const { body, asked, deviceId, nowMs } = options;
  const reading = readSignature(request);
  if (!reading.ok) {
    const code = reading.problem === "missing" ? "missing_signature" : "invalid_signature";
    throw refusal(code, `its ${reading.field} header is ${reading.problem}`);
  }
  const { signature } = reading;
  if (signature.recipient !== deviceId) {
    throw refusal("wrong_recipient", "it is meant for another device");
  }
  if (checkFreshness(signature, Math.floor(nowMs / 1_000)) !== "fresh") {
    throw refusal("clock_skew", "the clocks of the two devices differ too much", {
      server_time: formatTimestamp(nowMs),
    });
  }
  if (!contentDigestMatches(signature.digest, body)) {
    throw refusal("digest_mismatch", "its body is not the one that was signed");
  }
  const key = parsePublicKeyLine(asked.publicKey);
  const head = { method: request.method, target: requestTarget(request) };
  const isTheirs = key !== undefined && signature.keyid === asked.deviceId &&
    verifySignature(signature, head, key);
  if (!isTheirs) throw refusal("invalid_signature", "its signature is not by the key it shows");
}

function refusal(
  code: ErrorCode,
  problem: string,
  details: Record<string, unknown> = {},
): CodememError {
  const hint = code === "clock_skew"
    ? "Set the clocks of both devices"
    : "Run `codemem sync pair` on the other device for a new invitation";
  return new CodememError(code, `Cannot pair: ${problem}`, { hint, details });
}
