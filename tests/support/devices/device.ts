/** Real devices for tests: a home in a temporary folder, a real store, a real key, real sockets. */
import { join, resolve } from "node:path";
import { type Paths, resolvePaths } from "../../../lib/config/paths.ts";
import { loadSettings } from "../../../lib/config/load.ts";
import { resolveSettings } from "../../../lib/config/resolve.ts";
import { saveSettings } from "../../../lib/config/save.ts";
import { SETTINGS, type Settings } from "../../../lib/config/schema.ts";
import { ensureIdentity, type Identity } from "../../../lib/runtime/identity.ts";
import { syncContext } from "../../../lib/runtime/network.ts";
import { openRuntime, type Runtime } from "../../../lib/runtime/runtime.ts";
import { openStore, type Store } from "../../../lib/store/store.ts";
import { acceptInvite } from "../../../lib/sync/pairing/accept.ts";
import type { SyncContext } from "../../../lib/sync/context.ts";
import { makeInvite } from "../../../lib/sync/pairing/invite.ts";
import { type SyncOutcome, syncPeer } from "../../../lib/sync/ask/sync_peer.ts";
import { browserScript } from "../../../scripts/bundle/browser_script.ts";
import { freePort } from "../system/free_port.ts";
import { onFreedPort } from "../system/freed_port.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");

/** A device that a test has started. */
export interface TestDevice {
  readonly name: string;
  readonly home: string;
  readonly paths: Paths;
  readonly settings: Settings;
  readonly store: Store;
  readonly identity: Identity;
  readonly context: SyncContext;
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly runtime: Runtime;
  /** Stops and starts again, over the same files. */
  restart(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Options of {@link startDevice}. */
export interface TestDeviceOptions {
  readonly settings?: Partial<Settings>;
  /** Whether it asks its peers by itself; it does unless told otherwise. */
  readonly loop?: boolean;
  /** Variables that win over the settings file. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly nowMs?: () => number;
}

/** Starts a device. */
export async function startDevice(
  name: string,
  options: TestDeviceOptions = {},
): Promise<TestDevice> {
  const home = await Deno.makeTempDir({ prefix: `codemem-${name}-` });
  const paths = resolvePaths({ CODEMEM_HOME: home });
  const port = freePort();
  const settings = { ...testSettings(name, paths, port), ...options.settings };
  await saveSettings(
    paths.config,
    Object.fromEntries(SETTINGS.map(({ name, key }) => [name, settings[key]])),
  );
  const nowMs = options.nowMs ?? Date.now;
  const open = async () => {
    const store = openStore({ path: paths.database, nowMs });
    const identity = await ensureIdentity({ store, keysDir: paths.keys, settings });
    const context = syncContext({ store, identity, version: "0.0.0-test", nowMs });
    const runtime = await onFreedPort(() =>
      openRuntime({
        ...{ paths, settings, store, version: "0.0.0-test", nowMs, loop: options.loop },
        readSettings: () => loadSettings(paths, options.env ?? {}),
        browserScript: () => browserScript(ROOT),
        service: () => ({ kind: null, installed: false, enabled: false, active: false }),
      })
    );
    return { store, identity, context, runtime };
  };
  let parts = await open();
  const close = async () => {
    await parts.runtime.close();
    parts.store.close();
  };
  return {
    name,
    home,
    paths,
    settings,
    address: `127.0.0.1:${settings.syncPort}`,
    get store() {
      return parts.store;
    },
    get identity() {
      return parts.identity;
    },
    get context() {
      return parts.context;
    },
    get runtime() {
      return parts.runtime;
    },
    async restart() {
      await close();
      parts = await open();
    },
    async [Symbol.asyncDispose]() {
      await close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Pairs two devices as their owner would: one invites, the other accepts. */
export async function pair(inviter: TestDevice, acceptor: TestDevice): Promise<void> {
  const { payload } = makeInvite(inviter.context, {
    addresses: [inviter.address],
    replaceKey: false,
    pinned: false,
  });
  await acceptInvite(acceptor.context, payload, {
    replaceKey: false,
    ownAddresses: [acceptor.address],
    signal: AbortSignal.timeout(20_000),
  });
}

/** One pass of `device` with `peer`. */
export async function sync(device: TestDevice, peer: TestDevice): Promise<SyncOutcome> {
  const pinned = device.store.peers.find(peer.store.deviceId);
  if (pinned === undefined) throw new Error(`${device.name} does not know ${peer.name}`);
  while (device.store.logLegacySlice() > 0);
  return await syncPeer(device.context, pinned, { signal: AbortSignal.timeout(60_000) });
}

function testSettings(name: string, paths: Paths, port: number): Settings {
  const { settings } = resolveSettings({
    env: {},
    file: {
      device_name: name,
      sync_enabled: true,
      sync_bind: ["127.0.0.1"],
      sync_port: port,
      sync_mdns: false,
      sync_interval_s: 86_400,
      viewer_port: freePort(),
    },
    filePath: join(paths.home!, "config.json"),
    hostname: name,
  });
  return settings;
}
