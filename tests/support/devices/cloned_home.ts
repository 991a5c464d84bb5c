/** A device whose disk was cloned: the same files on another machine. */
import type { HomeOptions } from "./home.ts";
import { SyncHome } from "./sync_home.ts";

/** Clones a device that is not writing just now. The clone has ports of its own, and no more. */
export async function cloneHome(
  home: SyncHome,
  name: string,
  options: HomeOptions = {},
): Promise<SyncHome> {
  const clone = await SyncHome.named(name, { ...options, enable: false });
  await clone.text("config", "set", "sync_enabled", "true");
  await Deno.copyFile(home.path("codemem.db"), clone.path("codemem.db"));
  await Deno.copyFile(home.path("codemem.db-wal"), clone.path("codemem.db-wal")).catch(() => {});
  await Deno.mkdir(clone.path("keys"), { mode: 0o700 });
  for await (const { name: file } of Deno.readDir(home.path("keys"))) {
    await Deno.copyFile(home.path(`keys/${file}`), clone.path(`keys/${file}`));
  }
  return clone;
}

/** Puts a database in the place of a device's own, as somebody does who knows no better way. */
export async function restoreByHand(home: SyncHome, copy: string): Promise<void> {
  for (const sidecar of ["-wal", "-shm"]) {
    await Deno.remove(home.path(`codemem.db${sidecar}`)).catch(() => {});
  }
  await Deno.copyFile(copy, home.path("codemem.db"));
}
