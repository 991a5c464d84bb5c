/** Where the key of a home is, and tests that need a real keyring for it. */
import { HAS_KEYRING } from "../system/keyring.ts";
import { skipUnless } from "../skip.ts";
import type { SyncHome } from "./sync_home.ts";

/** The name of a test that needs a keyring, or the test that is skipped without one. */
export const withKeyring = (name: string) =>
  skipUnless(HAS_KEYRING, "needs gnome-keyring, libsecret-tools, dbus", name, { os: "linux" });

/** What `sync status --json` says of the key. */
export interface KeyStatus {
  readonly device_id: string;
  readonly fingerprint: string | null;
  readonly key_store: string | null;
  readonly key_store_note: string | null;
  readonly key_store_left_over: string | null;
  readonly key_store_stale_copy: string | null;
  readonly last_error: string | null;
  readonly listeners: readonly { readonly listening: boolean }[];
}

/** How the key of a home stands. */
export const statusOf = (home: SyncHome) => home.json<KeyStatus>("sync", "status");

/** The names of the key files. */
export async function keyFiles(home: SyncHome): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(home.path("keys"))))
      .map(({ name }) => name).filter((name) => name.startsWith("device.")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
