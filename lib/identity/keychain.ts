/** The keychain of the system this runs on. */
import type { KeyStore } from "./key_store.ts";
import { keychainStore } from "./keychain_store.ts";
import { macosKeychain } from "./macos_keychain.ts";
import { secretService } from "./secret_service.ts";

/** A keychain, whether or not it can be used at the moment. */
export interface Keychain {
  /** Why `auto` does not try it from here; `undefined` if it does. */
  readonly ruledOut: string | undefined;
  /** The place for the key of a device. */
  open(deviceId: string): KeyStore;
}

/** A call that takes longer is abandoned: with starting and ending a program, it costs 3 s at most. */
const TIMEOUT_MS = 2_900;

/**
 * Finds the keychain of a system.
 *
 * @param env the environment, which tells of the session: D-Bus on Linux, SSH on macOS
 * @param signal ends whatever is being asked
 * @returns `undefined` on a system without one
 */
export function systemKeychain(
  os: typeof Deno.build.os,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Keychain | undefined {
  const limits = { timeoutMs: TIMEOUT_MS, signal };
  if (os === "linux") {
    return {
      ruledOut: env.DBUS_SESSION_BUS_ADDRESS ? undefined : "there is no desktop session",
      open: (deviceId) => keychainStore(secretService(limits), deviceId),
    };
  }
  if (os === "darwin") {
    const isRemote = Boolean(env.SSH_CONNECTION || env.SSH_TTY);
    return {
      // It is usually locked there, and the dialog that would unlock it is on a screen elsewhere.
      ruledOut: isRemote ? "this is an SSH session" : undefined,
      open: (deviceId) => keychainStore(macosKeychain(limits), deviceId),
    };
  }
  return undefined;
}
