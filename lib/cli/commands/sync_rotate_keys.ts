import { CodememError } from "../../errors.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import type { RotatedKey } from "../../model/rotation.ts";
import { requireKey } from "../../runtime/identity.ts";
import type { IdentityPlace } from "../../runtime/identity_place.ts";
import { noteKeyCopy, otherPlace } from "../../runtime/key_copy.ts";
import { rotateKeys } from "../../runtime/rotate_keys.ts";
import { isLocked } from "../../daemon/lock.ts";
import type { DeviceRecord } from "../../store/device.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { newIdentity, removalOf } from "../device/new_identity.ts";
import { ownIdentityPlace } from "../device/own_identity_place.ts";

/** Gives this device a new key, which its peers follow by themselves. */
export const command = defineCommand({
  options: {
    compromised: { type: "flag", summary: "somebody else may have the key: start over without it" },
    yes: {
      type: "flag",
      summary: "confirm --compromised: every device has to be paired again",
    },
  },
  details:
    "Every paired device follows at its next contact; nothing has to be paired again. Anyone who\n" +
    "has the old key could sign a different successor: if somebody may have it, use --compromised\n" +
    "and remove this device on every other one.",
  async run({ options, json }, context) {
    if (options.compromised) return await beginAnew(context, { yes: options.yes, json });
    const { settings } = await context.settings();
    const store = await context.openStore();
    const place = ownIdentityPlace(context, { store, settings });
    const rotated = await rotateKeys(place, context.nowMs());
    await context.announceChange();
    const staleCopy = await placeOfCopy(place);
    if (json) context.output.json(rotatedJson(rotated, staleCopy));
    else {
      show(rotated, staleCopy, store.device.record(), context);
      if (store.peers.list().length > 0) await tellWhenFollowed(context);
    }
  },
});

/** Where a copy of the key before is; one that is noted counts where nobody answers. */
async function placeOfCopy(place: IdentityPlace): Promise<string | null> {
  const found = await noteKeyCopy(place);
  if (found) return found.keyStore.place;
  const { keyCopy, keyStore } = place.store.device.record();
  return keyCopy === null ? null : `the ${otherPlace(keyStore)}`;
}

function rotatedJson(rotated: RotatedKey, staleCopy: string | null) {
  const { sequence, fingerprint, previousFingerprint, rotatedAt } = rotated;
  return {
    ...{ sequence, fingerprint, previous_fingerprint: previousFingerprint },
    ...{ rotated_at: rotatedAt, stale_copy: staleCopy },
  };
}

function show(
  { fingerprint, previousFingerprint }: RotatedKey,
  staleCopy: string | null,
  { keyStore }: DeviceRecord,
  { output }: CommandContext,
): void {
  output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
  output.line(`before       ${formatFingerprint(previousFingerprint)}`);
  if (staleCopy !== null) {
    output.warn(`a copy of an earlier key is in ${staleCopy}; it is of use only to a thief`);
    output.note(`hint: \`codemem sync move-key ${keyStore} --stop\` removes it`);
  }
}

async function tellWhenFollowed({ output, paths }: CommandContext): Promise<void> {
  output.note(
    await isLocked(paths.lock)
      ? "The paired devices follow by themselves, each at its next contact"
      : "The paired devices follow at their next contact: `codemem sync once`, or `sync start`",
  );
}

/** A key that is in other hands can sign whatever it likes: no other device may follow it. */
async function beginAnew(
  context: CommandContext,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  requireKey(await context.openStore({ keepsPermissions: true }));
  if (!yes) {
    throw new CodememError(
      "usage",
      "No device can follow a key that somebody else may have: every pairing of this device ends",
      {
        hint: "If that is what you want, run `codemem sync rotate-keys --compromised --yes`, and " +
          "`codemem sync peers remove` on every other device",
      },
    );
  }
  const former = await newIdentity(context, json);
  context.output.warn(
    `whoever has the old key is trusted on the other devices until ${removalOf(former)} ` +
      "has been run on each of them",
  );
  context.signal.throwIfAborted();
}
