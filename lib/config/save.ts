/** Changes the settings file without losing what else is in it: comments, unknown keys, layout. */
import { CodememError, systemCode } from "../errors.ts";
import { letGo } from "../files/let_go.ts";
import { writePrivateFile } from "../files/private_file.ts";
import { makePrivateFolder } from "../files/private_folder.ts";
import type { Json } from "../model/canonical_json.ts";
import { poll } from "../time/poll.ts";
import { loadConfigFile, parseConfig } from "./load.ts";
import { findSetting, readSettingJson } from "./schema.ts";

/**
 * Sets members of the settings file. Everything is checked before anything is written, the file is
 * replaced as a whole, and two writers wait for each other.
 *
 * @param path of the file; it and its folder are made where they do not exist
 * @param changes values by the name of the setting; `undefined` takes it out of the file
 * @throws {CodememError} `invalid_config` for an unknown name, an invalid value or a broken file,
 * `io_failed` where it cannot be written, `busy` where another writer does not come to an end
 */
export async function saveSettings(
  path: string,
  changes: Readonly<Record<string, Json | undefined>>,
): Promise<void> {
  const valid = Object.entries(changes).map(([name, value]) => {
    const setting = findSetting(name);
    return [name, value === undefined ? undefined : readSettingJson(setting, value)] as const;
  });
  const target = await followLink(path);
  const folder = target.slice(0, target.lastIndexOf("/"));
  makePrivateFolder(folder);
  using _lock = await translated(path, () => lockFolder(folder, path));
  const { text } = await loadConfigFile(target);
  const changed = await changeText(text, valid);
  await parseConfig(changed, path);
  if (changed !== text) {
    await translated(path, () => writePrivateFile(target, changed, { replace: true }));
  }
}

async function changeText(
  text: string,
  changes: readonly (readonly [string, Json | undefined])[],
): Promise<string> {
  if (text.trim() === "") return JSON.stringify(Object.fromEntries(changes), null, 2) + "\n";
  const { applyEdits, modify } = await import("jsonc-parser");
  const tabbed = /^\t/m.test(text);
  const indent = /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
  const formattingOptions = { insertSpaces: !tabbed, tabSize: indent, eol: "\n" };
  return changes.reduce(
    (current, [name, value]) =>
      applyEdits(current, modify(current, [name], value, { formattingOptions })),
    text,
  );
}

/** A file that is a link stays one: the file that it leads to is replaced. */
async function followLink(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw unwritable(path, error);
  }
}

const LOCK_PATIENCE_MS = 5_000;
const LOCK_LOOK_MS = 20;

/** The folder itself carries the lock: nothing is left behind, and a killed writer frees it. */
async function lockFolder(folder: string, path: string): Promise<Disposable> {
  const handle = await Deno.open(folder, { read: true });
  const isLocked = await poll(async () => await handle.tryLock(true) || undefined, {
    timeoutMs: LOCK_PATIENCE_MS,
    intervalMs: LOCK_LOOK_MS,
  });
  if (isLocked) return { [Symbol.dispose]: () => letGo(handle) };
  handle.close();
  throw new CodememError("busy", `Cannot write ${path}: another process is writing it`, {
    hint: "Try again once the other process has ended",
  });
}

async function translated<T>(path: string, action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof CodememError ? error : unwritable(path, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
};

function unwritable(path: string, error: unknown): CodememError {
  const denied = error instanceof Deno.errors.PermissionDenied;
  const reason = denied
    ? "permission denied"
    : REASONS[systemCode(error) ?? ""] ?? "the file system refused";
  return new CodememError("io_failed", `Cannot write ${path}: ${reason}`, {
    hint: `Make ${path} and its folder writable`,
    cause: error,
  });
}
