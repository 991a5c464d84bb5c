/** What a peer's refusal means, told with its name: who is who is clear to the two devices alone. */
import { type CodememError, type ErrorCode, reworded } from "../../errors.ts";

const MESSAGES: Partial<Record<ErrorCode, (name: string) => string>> = {
  peer_removed: (name) => `${name} has removed this device`,
  unknown_peer: (name) => `${name} does not know this device`,
};

/** The refusal of the peer of that name, in words that hold on this side. */
export function namedRefusal(refusal: CodememError, name: string): CodememError {
  const message = MESSAGES[refusal.code];
  if (message === undefined) return refusal;
  const hint = `To pair again, run \`codemem sync pair\` on ${name} and the command it prints here`;
  return reworded(refusal, message(name), hint);
}
