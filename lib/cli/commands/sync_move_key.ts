import { saveSettings } from "../../config/save.ts";
import { isLocked } from "../../daemon/lock.ts";
import { CodememError } from "../../errors.ts";
import type { KeyStoreName } from "../../model/key_place.ts";
import type { IdentityPlace } from "../../runtime/identity_place.ts";
import { type MovedKey, moveKey, requireMovable } from "../../runtime/move_key.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { Output } from "../output/output.ts";
import { ownIdentityPlace } from "../device/own_identity_place.ts";
import { STOP_OPTION, takeDevice } from "../device/take_device.ts";

/** Moves the private key between the file and the keychain of the system. */
export const command = defineCommand({
  arguments: [{ name: "PLACE", summary: "file or keychain" }],
  options: {
    keep: { type: "flag", summary: "keep the copy at the old place" },
    stop: STOP_OPTION,
  },
  details:
    "The old copy is removed once the new one has been read back and has signed. Pairings stay. If\n" +
    "the key is at PLACE already, a copy at the other place is removed.",
  async run({ words, options, json }, context) {
    const to = requirePlace(words[0]!);
    // A device that was ended for a key that cannot be moved would stay ended.
    if (options.stop && await isLocked(context.paths.lock)) {
      await requireMovable(await placeOf(context, { keepsPermissions: true }), to);
    }
    const running = "codemem serve is running with the key as it is";
    const lock = await takeDevice(context, { stop: options.stop, running });
    try {
      const moved = await move(to, options.keep, context);
      if (json) context.output.json(movedJson(moved));
      else show(moved, options.keep, context.output);
    } finally {
      lock.release();
    }
  },
});

async function placeOf(
  context: CommandContext,
  { keepsPermissions = false } = {},
): Promise<IdentityPlace> {
  const { settings } = await context.settings();
  const store = await context.openStore({ keepsPermissions });
  return ownIdentityPlace(context, { store, settings });
}

async function move(to: KeyStoreName, keep: boolean, context: CommandContext): Promise<MovedKey> {
  const place = await placeOf(context);
  const moved = await moveKey(place, to, { keep });
  if (place.settings.syncKeyStore !== "auto") await wantThere(context, to);
  return moved;
}

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

function show(moved: MovedKey, isKept: boolean, output: Output): void {
  const { from, to, place, leftOver, removed } = moved;
  output.line(from === to ? `The key is there already: ${place}` : `The key is in ${place}`);
  if (removed !== null) output.line(`The copy in ${removed} is removed`);
  if (leftOver === null) return;
  if (isKept) output.note(`A copy is kept in ${leftOver}`);
  else output.warn(`a copy is left in ${leftOver}; it is removed as soon as that can be done`);
}

function movedJson({ from, to, place, leftOver, removed }: MovedKey) {
  return { from, key_store: to, place, left_over: leftOver, removed };
}
