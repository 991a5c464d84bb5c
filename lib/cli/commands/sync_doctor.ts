import { userInfo } from "node:os";
import { dirname } from "node:path";
import { CodememError, toCodememError } from "../../errors.ts";
import { exposedFolder } from "../../files/exposed_folder.ts";
import { readFacts } from "../../daemon/facts.ts";
import { isLocked } from "../../daemon/lock.ts";
import { type ExaminedDevice, isThere, type Opened } from "../../doctor/device_checks.ts";
import { examineDevice, examinePeers, verdictOf } from "../../doctor/report.ts";
import { reportJson } from "../../doctor/report_json.ts";
import { type Identity, loadIdentity } from "../../runtime/identity.ts";
import { findKeyCopy } from "../../runtime/key_copy.ts";
import { databaseGone, lostDevice, requireOwnFolder } from "../../runtime/lost_database.ts";
import { syncContext } from "../../runtime/network.ts";
import { type ResolvedSettings, resolveSettings, usedVariable } from "../../config/resolve.ts";
import type { Settings } from "../../config/schema.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { showReport } from "../output/doctor_view.ts";
import { warnOfFolder } from "../device/device_files.ts";
import { PeerSearch } from "../device/peer_search.ts";
import { ownIdentityPlace } from "../device/own_identity_place.ts";
import { ownServicePlace } from "../device/own_service_place.ts";
import { programOutput } from "../device/program_output.ts";
import { PEERS_ARGUMENT } from "../device/sync_tools.ts";
import { VERSION } from "../version.ts";
import { requireBundleRoom, writeBundle } from "../device/write_bundle.ts";

/** Looks for whatever keeps this device and its peers apart, and says what to do. Changes nothing. */
export const command = defineCommand({
  arguments: [PEERS_ARGUMENT],
  options: {
    bundle: {
      type: "text",
      value: "FILE",
      summary: "also write a report that can be sent to somebody who helps",
    },
  },
  details:
    "Checks this device, then asks each peer at every address known for it. Changes nothing.",
  async run({ words, options, json }, context) {
    const { output, signal } = context;
    const bundle = options.bundle === undefined
      ? undefined
      : await requireBundleRoom(options.bundle);
    const read = await readSettings(context);
    const { settings } = read;
    const store = await attempt(() => openIfThere(context));
    const identity = await attempt(() => loadIfThere(store, settings, context));
    const keyCopy = await lookForCopy({ store, identity, settings }, context);
    const device = examinedDevice({ store, identity, keyCopy, ...read }, context);
    const peers = chosenPeers(store, words);
    const monotonicMs = () => performance.now();
    const findings = await examineDevice(device, monotonicMs);
    // Not before: what /proc tells is for a process alone that may do everything.
    context.dropPermissions();
    await using look = await lookFrom(device, peers, signal);
    const discovered = (peerDeviceId: string) => look?.addressesOf(peerDeviceId) ?? [];
    const found = await examinePeers(device, { peers, discovered, signal, monotonicMs });
    const report = { findings: [...findings, ...found.findings], peers: found.peers };
    if (json) output.json(reportJson(report));
    else showReport(report, output);
    if (bundle !== undefined) {
      await writeBundle(bundle, context, { store, resolved: read, report });
      output.note(`Wrote ${bundle}: no keys and no memories are in it, but names and addresses`);
      const exposedIn = exposedFolder(dirname(bundle));
      if (exposedIn !== undefined) warnOfFolder(exposedIn, output);
    }
    return verdictOf(report).exitCode;
  },
});

interface Parts {
  readonly store: Opened<Store>;
  readonly identity: Opened<Identity>;
  readonly keyCopy: ExaminedDevice["keyCopy"];
  readonly settings: Settings;
  readonly sources: ResolvedSettings["sources"];
  readonly settingsFailure: CodememError | null;
}

/**
 * The settings, or those that hold without any. A device that has an identity is examined then as one
 * whose sync is enabled, as it was.
 */
async function readSettings(
  context: CommandContext,
): Promise<Omit<Parts, "store" | "identity" | "keyCopy">> {
  try {
    return { ...await context.settings(), settingsFailure: null };
  } catch (thrown) {
    const { config: filePath } = context.paths;
    const given = { env: {}, file: {}, filePath, hostname: Deno.hostname() };
    const { settings, sources } = resolveSettings(given);
    const settingsFailure = toCodememError(thrown);
    return { settings: { ...settings, syncEnabled: true }, sources, settingsFailure };
  }
}

function examinedDevice(parts: Parts, context: CommandContext): ExaminedDevice {
  const { store, identity, keyCopy, settings, settingsFailure } = parts;
  const { paths, nowMs } = context;
  const canSpeak = settings.syncEnabled && isOpen(store) && isOpen(identity);
  return {
    store,
    identity,
    settings,
    settingsFailure,
    variableFor: (setting) => usedVariable(setting, parts),
    context: canSpeak ? syncContext({ store, identity, version: VERSION, nowMs }) : null,
    os: Deno.build.os,
    paths,
    version: VERSION,
    keyStore: isOpen(store) ? store.device.record().keyStore : null,
    keyCopy,
    readDaemon: async () => ({
      isLocked: await isLocked(paths.lock),
      facts: await readFacts(paths),
    }),
    interfaces: Deno.networkInterfaces(),
    servicePath: ownServicePlace(context)?.path,
    userName: userInfo().username,
    programOutput,
  };
}

/** A look for the peers, where this device can speak to any. */
async function lookFrom(
  { context, settings }: ExaminedDevice,
  peers: readonly Peer[],
  signal: AbortSignal,
): Promise<PeerSearch | null> {
  if (context === null) return null;
  return await PeerSearch.begin({ store: context.store, settings, context }, peers, signal);
}

/** Whoever asks what is wrong gets no new database for an answer. */
async function openIfThere(context: CommandContext): Promise<Store | null> {
  const { paths } = context;
  if (lostDevice(paths) !== undefined) throw databaseGone(paths.database);
  if (!await isThere(paths.database)) return null;
  // What is looked at next needs permissions.
  return await context.openStore({ keepsPermissions: true });
}

async function loadIfThere(
  store: Opened<Store>,
  settings: Settings,
  context: CommandContext,
): Promise<Identity | null> {
  if (!isOpen(store)) return null;
  const place = ownIdentityPlace(context, { store, settings });
  if (store.device.record().fingerprint !== null) {
    return await loadIdentity(place, { repair: false });
  }
  requireOwnFolder(place);
  return null;
}

async function lookForCopy(
  { store, identity, settings }: Pick<Parts, "store" | "identity" | "settings">,
  context: CommandContext,
): Promise<ExaminedDevice["keyCopy"]> {
  if (!isOpen(store) || !isOpen(identity)) return null;
  const copy = await findKeyCopy(ownIdentityPlace(context, { store, settings }));
  return copy ? { place: copy.keyStore.place, isCurrent: copy.isCurrent } : null;
}

/** @throws not_found, invalid_input where a peer is named that is none */
function chosenPeers(store: Opened<Store>, words: readonly string[]): readonly Peer[] {
  if (!isOpen(store)) return [];
  try {
    return words.length === 0 ? store.peers.list() : words.map((word) => store.peers.resolve(word));
  } catch (error) {
    // That the database is damaged is in the report.
    if (error instanceof CodememError && error.code === "database_corrupt") return [];
    throw error;
  }
}

function isOpen<Part>(part: Opened<Part>): part is Part {
  return part !== null && !(part instanceof CodememError);
}

async function attempt<Part>(open: () => Promise<Part | null>): Promise<Opened<Part>> {
  try {
    return await open();
  } catch (error) {
    return toCodememError(error);
  }
}
