/** The login keychain of macOS, through `security`. The secret goes in on stdin, to `security -i`. */
import { CodememError } from "../errors.ts";
import type { SecretStore } from "./keychain_store.ts";
import { type CallLimits, runCapped } from "./run_capped.ts";

const PROGRAM = "security";
const LABEL = "codemem sync key";

/** The last byte of the OSStatus is the exit code (Security/SecBase.h). */
const EXIT = {
  /** errSecItemNotFound, -25300 */
  notFound: 44,
  /** errSecInteractionNotAllowed, -25308: locked, and there is nobody to ask */
  noInteraction: 36,
  /** errSecAuthFailed, -25293 */
  noAuthorization: 51,
  /** userCanceledErr, -128 */
  cancelled: 128,
} as const;

/** Opens it. @param limits of each call */
export function macosKeychain(limits: CallLimits): SecretStore {
  const run = (args: readonly string[], stdin?: string) =>
    runCapped(PROGRAM, { ...limits, args, stdin });
  const item = (service: string, account: string) => ["-s", service, "-a", account];
  return {
    place: "the login keychain",
    async find(service, account) {
      const { code, stdout } = await run([
        "find-generic-password",
        ...item(service, account),
        "-w",
      ]);
      if (code === EXIT.notFound) return undefined;
      if (code !== 0) throw refused(code);
      return stdout.trim();
    },
    async put(service, account, secret) {
      // None of the words has a character that the interactive mode would read in another way.
      const words = ["add-generic-password", "-U", "-l", `"${LABEL}"`, ...item(service, account)];
      const { code } = await run(["-i"], `${[...words, "-w", secret].join(" ")}\n`);
      if (code !== 0) throw refused(code);
    },
    async remove(service, account) {
      const { code } = await run(["delete-generic-password", ...item(service, account)]);
      if (code !== 0 && code !== EXIT.notFound) throw refused(code);
    },
  };
}

function refused(code: number): CodememError {
  const { noInteraction, noAuthorization, cancelled } = EXIT;
  if ([noInteraction, noAuthorization, cancelled].some((each) => each === code)) {
    return new CodememError("keychain_locked", "The login keychain is locked", {
      hint: "Unlock it with `security unlock-keychain`, or log in at the screen; a " +
        "running `codemem serve` tries again by itself",
    });
  }
  return new CodememError("keychain_unavailable", `The keychain does not answer (code ${code})`, {
    hint: "Look into it with Keychain Access",
  });
}
