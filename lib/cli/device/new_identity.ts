/** Making this device another one, from the command line. */
import type { Settings } from "../../config/schema.ts";
import { awaitKey } from "../../daemon/await_daemon.ts";
import { acquireLock, isLocked } from "../../daemon/lock.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import type { KeyStoreName } from "../../model/key_place.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { type Identity, renewIdentity } from "../../runtime/identity.ts";
import { keyOnDisk } from "../../runtime/key_on_disk.ts";
import type { Store } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import type { Output } from "../output/output.ts";
import { keyLine } from "../output/status_view.ts";
import { makeDeviceFolder } from "./open_device_store.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";

/** The device that this one was. */
export interface FormerIdentity {
  readonly deviceId: string;
  /** Whether others may still trust it. */
  readonly wasPaired: boolean;
}

interface Renewed {
  readonly identity: Identity;
  readonly former: FormerIdentity;
  readonly keyStore: KeyStoreName | null;
  /** Why the key is in a file although a keychain would have been preferred. */
  readonly keyStoreNote: string | null;
}

/** A device that runs looks at once; it has connections to end, and may have a keychain to ask. */
const TAKE_UP_MS = 5_000;

/**
 * Makes the new identity and shows it. A `serve` that runs takes it up in its own process, wherever that is:
 * whoever has started it in a terminal finds it there. An interruption that comes too late to keep the old
 * identity is left to the caller, in the signal of the context.
 *
 * @throws what an identity can fail with
 */
export async function newIdentity(
  context: CommandContext,
  json: boolean,
): Promise<FormerIdentity> {
  const { output } = context;
  const { settings } = await context.settings();
  const isRunning = await isLocked(context.paths.lock);
  const renewed = isRunning ? await renew(context, settings) : await renewAlone(context, settings);
  const { identity: { fingerprint }, former } = renewed;
  if (json) output.json(renewedJson(renewed));
  else show(renewed, output);
  if (isRunning && settings.syncEnabled) await tellOfServe(fingerprint, context);
  if (former.wasPaired) output.note("Pair it with the other devices again: `codemem sync pair`");
  return former;
}

function renewedJson({ identity, former, keyStore, keyStoreNote }: Renewed) {
  return {
    device_id: identity.deviceId,
    fingerprint: identity.fingerprint,
    previous_device_id: former.deviceId,
    key_store: keyStore,
    key_store_note: keyStoreNote,
  };
}

/** The new key need not be where the old one was: a keychain may not answer now. */
function show({ identity, former, keyStore, keyStoreNote }: Renewed, output: Output): void {
  output.line(`device id    ${identity.deviceId}`);
  output.line(`before       ${former.deviceId}`);
  output.line(`fingerprint  ${formatFingerprint(identity.fingerprint)}`);
  const place = { name: keyStore, note: keyStoreNote, leftOver: null, staleCopy: null };
  output.line(`key          ${keyLine(place)}`);
}

/** The identity is there, whatever becomes of the process that is to take it up. */
async function tellOfServe(
  fingerprint: string,
  { paths, output, signal, announceChange }: CommandContext,
): Promise<void> {
  await announceChange();
  const taking = awaitKey(paths, fingerprint, TAKE_UP_MS);
  const facts = await Promise.race([taking, aborted(signal)]);
  if (signal.aborted) output.note("codemem serve takes it up by itself");
  if (facts === undefined) return;
  if (facts.fingerprint === fingerprint) {
    output.note(`codemem serve goes on with the new identity, pid ${facts.pid}`);
    return;
  }
  const { message, hint } = facts.syncError ?? { message: "it is busy", hint: null };
  output.warn(
    `codemem serve runs, pid ${facts.pid}, and has not taken up the new identity: ${message}`,
  );
  output.note(`hint: ${hint ?? "Run `codemem sync restart`"}`);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  if (signal.aborted) resolve(undefined);
  else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  return promise;
}

/** What ends, on another device, the trust in the one that this device was. */
export function removalOf({ deviceId }: FormerIdentity): string {
  return `\`codemem sync peers remove ${deviceId}\``;
}

/** Nobody starts with the old identity meanwhile. */
async function renewAlone(context: CommandContext, settings: Settings): Promise<Renewed> {
  makeDeviceFolder(context.paths);
  const lock = await acquireLock(context.paths.lock);
  try {
    return await renew(context, settings);
  } finally {
    lock.release();
  }
}

/** Where the device's database is lost, this one was never paired, and others know the id of that one. */
function formerIdentity({ paths }: CommandContext, store: Store): FormerIdentity {
  const owner = store.device.record().fingerprint === null
    ? ownerOfFile(paths.keys) ?? store.deviceId
    : store.deviceId;
  const isLost = owner !== store.deviceId;
  return { deviceId: owner, wasPaired: isLost || store.peers.list().length > 0 };
}

/** A damaged file is a reason for a new identity, and no obstacle to it. */
function ownerOfFile(keysDir: string): string | null | undefined {
  try {
    return keyOnDisk(keysDir)?.deviceId;
  } catch {
    return undefined;
  }
}

async function renew(context: CommandContext, settings: Settings): Promise<Renewed> {
  const store = await context.openStore();
  const former = formerIdentity(context, store);
  const suffix = formatTimestamp(context.nowMs()).replaceAll(/[:.]/g, "-");
  const place = ownIdentityPlace(context, { store, settings });
  try {
    const identity = await renewIdentity(place, suffix, () => finishFirst(context));
    const { keyStore, keyStoreNote } = store.device.record();
    return { identity, former, keyStore, keyStoreNote };
  } catch (error) {
    const { deviceId, fingerprint } = store.device.record();
    if (deviceId !== former.deviceId && fingerprint === null) {
      context.output.note(
        `The device has a new id already, ${deviceId}, and no key yet: \`codemem sync enable\` makes one`,
      );
    }
    throw error;
  }
}

/** From here on an interruption waits: a keychain that is slow would leave the device without a key for long. */
function finishFirst({ signal, output }: CommandContext): void {
  signal.addEventListener(
    "abort",
    () => output.note("The old identity is given up already: the new one is finished first"),
    { once: true },
  );
}
