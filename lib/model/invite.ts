/** What both sides of pairing say of an invitation. */
import { CodememError } from "../errors.ts";
import { sha256Hex } from "./sha256.ts";

/** What to do about an invitation that is of no use any more. */
const NEW_INVITE_HINT = "Run `codemem sync pair` on the other device for a new one";

/** Names a token without telling it: the first half of its SHA-256, lowercase hex. */
export function tokenIdOf(token: Uint8Array): string {
  return sha256Hex(token).slice(0, 32);
}

/** The refusal of an invitation that has served. */
export function inviteUsed(): CodememError {
  return new CodememError("invite_used", "This invitation has been used", {
    hint: NEW_INVITE_HINT,
  });
}

/** The refusal of an invitation that came too late. */
export function inviteExpired(): CodememError {
  return new CodememError("invite_expired", "This invitation has expired", {
    hint: NEW_INVITE_HINT,
  });
}
