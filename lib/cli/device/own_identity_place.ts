/** Where this device keeps its identity. */
import type { Settings } from "../../config/schema.ts";
import type { IdentityPlace } from "../../runtime/identity_place.ts";
import { systemKeychain } from "../../runtime/system_keychain.ts";
import type { Store } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";

/** The place, with the keychain of the system. @param signal ends whatever the keychain is being asked */
export function ownIdentityPlace(
  { paths, env }: CommandContext,
  parts: { readonly store: Store; readonly settings: Settings },
  signal?: AbortSignal,
): IdentityPlace {
  return { ...parts, keysDir: paths.keys, keychain: systemKeychain(Deno.build.os, env, signal) };
}
