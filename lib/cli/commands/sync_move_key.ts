import { saveSettings } from "../../config/save.ts";
import { acquireLock, isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import type { KeyStoreName } from "../../model/key_place.ts";
import { type MovedKey, moveKey } from "../../runtime/move_key.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { Output } from "../output.ts";
import { ownIdentityPlace } from "../own_identity_place.ts";

/** Moves the private key between the file and the keychain of the system. */
export const command = defineCommand({
  arguments: [{ name: "PLACE", summary: "file or keychain" }],
  options: { keep: { type: "flag", summary: "leave the copy that is there now" } },
  details: "The old copy goes when the new one has proven itself. Pairings stay as they are.",
  async run({ words, options, json }, context) {
    const to = requirePlace(words[0]!);
    if (await isLocked(context.paths.lock)) {
      throw new CodememError("already_running", "codemem serve is running with the key as it is", {
        hint: "Run `codemem sync stop` first",
      });
    }
    const { settings } = await context.settings();
    const store = await context.openStore();
    // Nobody starts with the key at its old place meanwhile.
    const lock = await acquireLock(context.paths.lock);
    const place = ownIdentityPlace(context, { store, settings });
    const moved = await moveKey(place, to, options).finally(() => lock.release());
    if (settings.syncKeyStore !== "auto") await wantThere(context, to);
    if (json) context.output.json(movedJson(moved));
    else show(moved, options.keep, context.output);
  },
});

function requirePlace(word: string): KeyStoreName {
  if (word === "file" || word === "keychain") return word;
  throw new CodememError("usage", `Cannot move the key to "${word}": expected file or keychain`, {
    hint: "Run `codemem sync move-key file` or `codemem sync move-key keychain`",
  });
}

/** A setting that names the place where the key no longer is would be held against it. */
async function wantThere({ paths }: CommandContext, to: KeyStoreName): Promise<void> {
  await saveSettings(paths.config, { sync_key_store: to });
}

function show({ from, to, place, leftOver }: MovedKey, isKept: boolean, output: Output): void {
  if (from === to) return output.line(`The key is there already: ${place}`);
  output.line(`The key is in ${place}`);
  if (leftOver === null) return;
  if (isKept) output.note(`A copy is kept in ${leftOver}`);
  else output.warn(`a copy is left in ${leftOver}; it is removed as soon as that can be done`);
}

function movedJson({ from, to, place, leftOver }: MovedKey) {
  return { from, key_store: to, place, left_over: leftOver };
}
