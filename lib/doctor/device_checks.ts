/** The checks of this device, in the order in which they are reported. */
import type { Paths } from "../config/paths.ts";
import type { KeyStoreName } from "../model/key_place.ts";
import type { Settings } from "../config/schema.ts";
import { CodememError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { LocalDevice, SyncContext } from "../sync/context.ts";
import { invitedAddresses } from "../sync/pairing/invite.ts";
import { type InterfaceAddress, ownAddresses } from "../sync/own_addresses.ts";
import { type DaemonState, judgeDaemon, judgeListener, judgeSync } from "./daemon.ts";
import { databaseChecks } from "./database.ts";
import { freeBytesIn, judgeDiskSpace } from "./disk_space.ts";
import {
  fileSystemType,
  judgeFileSystem,
  parseMountinfo,
  parseMountOutput,
} from "./file_system.ts";
import { type DeviceCheck, failedWith, type Judgement, ok, skipped, warning } from "./finding.ts";
import { folderChecks } from "./folders.ts";
import { judgeKeyStore, type KeyState } from "./key_store.ts";
import { judgeLinger, seeLinger } from "./linger.ts";
import type { InterfaceNetwork } from "./local_network.ts";
import { judgeMdns } from "./mdns.ts";
import { judgeOwnAddresses } from "./own_addresses.ts";
import { findPortOwners, judgePort, type ProgramOutput } from "./port_owner.ts";
import { readIfShown } from "./proc_files.ts";

/** A part of this device: opened, or why it could not be; null where there is none yet. */
export type Opened<Part> = Part | CodememError | null;

/** This device, as far as it could be opened. */
export interface ExaminedDevice {
  readonly os: typeof Deno.build.os;
  /** Where they cannot be read, those that hold without any, and sync as it is enabled. */
  readonly settings: Settings;
  /** The environment variable that a setting comes from; `undefined` where it does not. */
  readonly variableFor: (setting: string) => string | undefined;
  /** Why they cannot be read; null where they can. */
  readonly settingsFailure: CodememError | null;
  readonly paths: Paths;
  /** Of this program. */
  readonly version: string;
  readonly store: Opened<Store>;
  readonly identity: Opened<LocalDevice>;
  /** Null where this device cannot speak to others, or may not. */
  readonly context: SyncContext | null;
  /** Where the key is; null as long as there is none. */
  readonly keyStore: KeyStoreName | null;
  readonly keyCopy: KeyState["copy"];
  readonly readDaemon: () => Promise<DaemonState>;
  readonly interfaces: readonly (InterfaceAddress & InterfaceNetwork)[];
  /** The file that describes the service of this device; `undefined` where there can be none. */
  readonly servicePath: string | undefined;
  readonly userName: string;
  readonly programOutput: ProgramOutput;
}

/** The checks to run. */
export async function deviceChecks(device: ExaminedDevice): Promise<DeviceCheck[]> {
  const { store } = device;
  const daemon = await seeDaemon(device);
  return [
    ...settingsChecks(device),
    { check: "daemon", run: () => daemonJudgement(daemon, device) },
    ...listenerChecks(daemon),
    // Which ports and addresses they name is not known without them.
    ...(device.settingsFailure === null
      ? [...portChecks(daemon, device), ...networkChecks(daemon, device)]
      : []),
    {
      check: "key_store",
      run: () =>
        store instanceof CodememError
          ? skipped("the database does not open: nothing else tells whose key is here")
          : keyJudgement(device),
    },
    { check: "peers", run: () => peersJudgement(device) },
    ...storeChecks(store),
    ...folderChecks(device.paths, device.programOutput),
    { check: "file_system", run: () => fileSystemJudgement(device) },
    { check: "disk_space", run: () => diskJudgement(device.paths) },
    { check: "linger", run: () => lingerJudgement(device) },
  ];
}

function settingsChecks({ settings, settingsFailure }: ExaminedDevice): DeviceCheck[] {
  return settingsFailure === null
    ? [{ check: "sync", run: () => judgeSync(settings.syncEnabled) }]
    : [{ check: "settings", run: () => failedWith(settingsFailure) }];
}

/** The daemon as it is seen, or why it cannot be. */
export async function seeDaemon(
  { readDaemon }: ExaminedDevice,
): Promise<DaemonState | CodememError> {
  try {
    return await readDaemon();
  } catch (cause) {
    return new CodememError("io_failed", "Cannot see whether codemem serve runs", {
      hint: "Check the owner and the permissions of daemon.lock and its folder",
      cause,
    });
  }
}

function daemonJudgement(
  daemon: DaemonState | CodememError,
  { settings, version }: ExaminedDevice,
): Judgement {
  if (daemon instanceof CodememError) return failedWith(daemon);
  return judgeDaemon(daemon, { isSyncEnabled: settings.syncEnabled, version });
}

function listenerChecks(daemon: DaemonState | CodememError): DeviceCheck[] {
  const facts = daemon instanceof CodememError ? undefined : daemon.facts;
  // What keeps all of them from listening is told of the daemon.
  const listeners = facts?.syncError === null ? facts.listeners : [];
  return listeners.map((listener) => ({
    check: "listener",
    subject: listener.address,
    run: () => judgeListener(listener),
  }));
}

function portChecks(daemon: DaemonState | CodememError, device: ExaminedDevice): DeviceCheck[] {
  const { syncEnabled, syncBind, syncPort, viewerHost, viewerPort } = device.settings;
  const daemonPid = daemon instanceof CodememError ? undefined : daemon.facts?.pid;
  const wanted = [
    ...(syncEnabled ? [{ setting: "sync_port", port: syncPort, binds: syncBind }] : []),
    { setting: "viewer_port", port: viewerPort, binds: [viewerHost] },
  ];
  return wanted.map((each) => ({
    check: "port_owner",
    subject: each.setting,
    run: async () => {
      const variable = device.variableFor(each.setting);
      const owners = await findPortOwners(each.port, device);
      return judgePort({ ...each, variable, daemonPid }, owners);
    },
  }));
}

function networkChecks(
  daemon: DaemonState | CodememError,
  { settings, interfaces, identity }: ExaminedDevice,
): DeviceCheck[] {
  if (!settings.syncEnabled) return [];
  const facts = daemon instanceof CodememError ? undefined : daemon.facts;
  const mdns = { active: false, error: null, ...facts?.mdns, enabled: settings.syncMdns };
  return [
    {
      check: "own_addresses",
      run: () => ownAddressesJudgement(ownAddresses(settings, interfaces), identity),
    },
    { check: "mdns", run: () => judgeMdns(mdns) },
  ];
}

function ownAddressesJudgement(
  addresses: readonly string[],
  identity: Opened<LocalDevice>,
): Judgement {
  const isKnown = identity !== null && !(identity instanceof CodememError);
  const told = isKnown ? invitedAddresses(identity, addresses) : addresses;
  return judgeOwnAddresses(told, addresses.length - told.length);
}

async function keyJudgement(
  { identity, keyStore, keyCopy: copy, settings, paths }: ExaminedDevice,
): Promise<Judgement> {
  const failure = identity === null
    ? undefined
    : identity instanceof CodememError
    ? identity
    : null;
  const folderMode = (await statIfThere(paths.keys))?.mode ?? null;
  const wanted = settings.syncKeyStore;
  return judgeKeyStore({ failure, keyStore, wanted, copy, folder: paths.keys, folderMode });
}

function storeChecks(store: Opened<Store>): DeviceCheck[] {
  if (store === null) {
    return [{ check: "database", run: () => skipped("there is no database yet") }];
  }
  if (store instanceof CodememError) return [{ check: "database", run: () => failedWith(store) }];
  return databaseChecks(store);
}

function peersJudgement({ store, context }: ExaminedDevice): Judgement {
  if (store instanceof CodememError) return skipped("the database does not open: no peer is known");
  const count = store?.peers.list().length ?? 0;
  if (count > 0) {
    const paired = `this device is paired with ${count} ${count === 1 ? "other" : "others"}`;
    return context === null ? skipped(`${paired}, but does not ask them`) : ok(paired);
  }
  return warning(
    "this device is not paired with any other",
    "Run `codemem sync pair`, and the command it prints on the other device",
  );
}

async function fileSystemJudgement(
  { os, paths, programOutput }: ExaminedDevice,
): Promise<Judgement> {
  const folder = await realFolder(paths);
  if (os === "linux") {
    const text = await readIfShown("/proc/self/mountinfo");
    return judgeFileSystem(fileSystemType(folder, parseMountinfo(text ?? "")));
  }
  const text = os === "darwin" ? await programOutput("mount", []) : undefined;
  return judgeFileSystem(fileSystemType(folder, parseMountOutput(text ?? "")));
}

async function diskJudgement(paths: Paths): Promise<Judgement> {
  const size = (await statIfThere(paths.database))?.size ?? 0;
  return judgeDiskSpace(freeBytesIn(await realFolder(paths)), size);
}

async function lingerJudgement(device: ExaminedDevice): Promise<Judgement> {
  if (device.os !== "linux") return skipped("only systemd ends services at logout");
  return judgeLinger(await seeLinger(device, isThere));
}

/** The folder of the database, or the one it would be made in. */
async function realFolder({ database }: Paths): Promise<string> {
  let path = database;
  do path = path.slice(0, path.lastIndexOf("/")) || "/"; while (!await isThere(path));
  return await Deno.realPath(path);
}

/** Whether there is a file or a folder, as far as this user can see. */
export async function isThere(path: string): Promise<boolean> {
  return await statIfThere(path) !== undefined;
}

async function statIfThere(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    const hidden = [Deno.errors.NotFound, Deno.errors.NotADirectory, Deno.errors.PermissionDenied];
    if (hidden.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}
