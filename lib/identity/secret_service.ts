/**
 * The Secret Service of a Linux desktop (GNOME Keyring, KWallet), through `secret-tool`.
 *
 * Keys are found with `search`, which distinguishes a locked keyring from an empty one and does not
 * prompt; `lookup` would open a dialog to unlock it, and wait.
 */
import { CodememError } from "../errors.ts";
import type { SecretStore } from "./keychain_store.ts";
import { type CallLimits, type CappedEnd, runCapped, UNLOCK } from "./run_capped.ts";

const PROGRAM = "secret-tool";
const LABEL = "codemem sync key";
/** The exit code if there is no such item and, with a message on stderr, if nobody answers. */
const NOT_FOUND = 1;

/** Opens it. @param limits of each call */
export function secretService(limits: CallLimits): SecretStore {
  const run = (args: readonly string[], stdin?: string) =>
    runCapped(PROGRAM, { ...limits, args, stdin });
  const attributes = (service: string, account: string) => [
    ...["service", service],
    ...["account", account],
  ];
  const find = async (service: string, account: string) =>
    readSearch(await run(["search", ...attributes(service, account)]));
  return {
    place: "the keyring of this desktop session",
    find,
    async put(service, account, secret) {
      const words = ["store", `--label=${LABEL}`, ...attributes(service, account)];
      const { code } = await run(words, secret);
      if (code === 0) return;
      // A service that answers but stores nothing is locked.
      await find(service, account);
      throw locked();
    },
    async remove(service, account) {
      await run(["clear", ...attributes(service, account)]);
      // It ends the same way whether there was nothing to remove or it was not allowed to.
      if (await find(service, account) !== undefined) throw locked();
    },
  };
}

/** @returns the secret; `undefined` if there is none */
function readSearch({ code, stdout, stderr }: CappedEnd): string | undefined {
  const secret = /^secret = (.*)$/m.exec(stdout)?.[1];
  if (secret !== undefined) return secret;
  // An item without its secret: the keyring is locked.
  if (stdout.trim() !== "") throw locked();
  const hasLooked = code === 0 || (code === NOT_FOUND && stderr.trim() === "");
  if (hasLooked) return undefined;
  throw new CodememError("keychain_unavailable", "No keyring answers in this session", {
    hint: "Log in to a desktop with a keyring",
    cause: new Error(withoutSecrets(stderr.trim())),
  });
}

/** What a program complains of is shown to who looks for a fault; what is as long as a key is not. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/[\w+/=-]{40,}/g, "…");
}

function locked(): CodememError {
  return new CodememError("keychain_locked", "The keyring is locked", {
    hint: UNLOCK,
  });
}
