/** Checking that a request comes from the holder of the key that it asks to pin. */
import { contentDigestMatches } from "../../auth/content_digest.ts";
import { parsePublicKeyLine } from "../../auth/fingerprint.ts";
import { checkFreshness } from "../../auth/freshness.ts";
import {
  type ParsedSignature,
  readSignature,
  verifySignature,
} from "../../auth/request_signature.ts";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import type { PairRequest } from "../../protocol/pairing.ts";
import { requestTarget } from "../answer/request_target.ts";

/** Options of {@link requirePossession}. */
export interface PossessionOptions {
  readonly body: Uint8Array;
  /** The id and key that the body asks to pin. */
  readonly asked: Pick<PairRequest, "deviceId" | "publicKey">;
  /** What the request wants, for the message, such as `pair`. */
  readonly purpose: string;
  /** What to do about a refusal, unless only the clocks differ. */
  readonly hint: string;
  /** This device's id. */
  readonly deviceId: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Requires that a request is signed, in the same form as all others, by the key in its body.
 *
 * @returns the signature
 * @throws missing_signature, invalid_signature, wrong_recipient, clock_skew, digest_mismatch
 */
export function requirePossession(request: Request, options: PossessionOptions): ParsedSignature {
  const { body, asked, deviceId, nowMs, purpose, hint } = options;
  const refusal = (code: ErrorCode, problem: string, details: Record<string, unknown> = {}) =>
    new CodememError(code, `Cannot ${purpose}: ${problem}`, {
      hint: code === "clock_skew" ? "Set the clocks of both devices" : hint,
      details,
    });
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
  return signature;
}
