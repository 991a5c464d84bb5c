/** A store in a folder of its own, and its backup. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CodememError, type ErrorCode } from "../../../lib/errors.ts";
import { restoreBackup, type RestoreOptions } from "../../../lib/store/backup/restore.ts";
import { openStore, type Store } from "../../../lib/store/store.ts";
import { TempFolder } from "./stores.ts";

/** Another device, to be paired with. */
export const PEER = {
  deviceId: "peer",
  name: "peer",
  fingerprint: "ab",
  publicKey: "ssh-ed25519 AAAA",
};

/** A folder with a store in it, and where its backup is to be. */
export class BackupBench extends TempFolder {
  readonly database = this.file("codemem.db");
  readonly backup = this.file("backup.db");

  open(path = this.database): Store {
    return openStore({ path });
  }

  restore(options: Partial<RestoreOptions> = {}) {
    const { database, backup: from } = this;
    const aside = this.file("aside.db");
    return restoreBackup({ from, database, aside, key: null, nowMs: Date.now, ...options });
  }

  names(): string[] {
    return [...Deno.readDirSync(this.path)]
      .map(({ name }) => name).filter((name) => !/-(wal|shm)$/.test(name)).sort();
  }
}

/** Keeps memories with these titles. @returns their ids */
export function remember(store: Store, ...titles: string[]): string[] {
  return titles.map((title) =>
    store.memories.remember({ kind: "note", title, body: `body of ${title}` }).id
  );
}

/** Requires that something is refused with this code, and with a hint. */
export async function assertRefused(
  code: ErrorCode,
  body: () => Promise<unknown>,
): Promise<CodememError> {
  const error = await assertRejects(body, CodememError);
  assertEquals(error.code, code, error.message);
  assert(error.hint !== undefined);
  return error;
}
