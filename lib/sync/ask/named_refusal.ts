/** A peer's refusal, reworded with its name: the message that it sent is from its own point of view. */
import { type CodememError, type ErrorCode, reworded } from "../../errors.ts";

interface Words {
  readonly message: string;
  readonly hint: string;
}

const pairAgain = (name: string) =>
  `To pair again, run \`codemem sync pair\` on ${name} and the command it prints here`;

const WORDS: Partial<Record<ErrorCode, (name: string) => Words>> = {
  peer_removed: (name) => ({
    message: `${name} has removed this device`,
    hint: pairAgain(name),
  }),
  unknown_peer: (name) => ({
    message: `${name} does not know this device`,
    hint: pairAgain(name),
  }),
  key_superseded: (name) => ({
    message: `${name} has followed this device to a later key: this is an older copy of it`,
    hint: "If it was restored from a backup or its disk was cloned, run " +
      "`codemem sync identity new --yes`, and pair it again",
  }),
};

/** The refusal of the peer of that name, in words that hold on this side. */
export function namedRefusal(refusal: CodememError, name: string): CodememError {
  const words = WORDS[refusal.code]?.(name);
  return words === undefined ? refusal : reworded(refusal, words.message, words.hint);
}
