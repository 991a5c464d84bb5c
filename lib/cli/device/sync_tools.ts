/** What the commands of sync start from. */
import { CodememError } from "../../errors.ts";
import { type Identity, loadIdentity } from "../../runtime/identity.ts";
import { interfaceAddresses, syncContext } from "../../runtime/network.ts";
import type { Settings } from "../../config/schema.ts";
import type { SyncContext } from "../../sync/context.ts";
import { ownAddresses } from "../../sync/own_addresses.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import type { ArgumentSpec } from "../input/arguments.ts";
import type { CommandContext } from "../command.ts";
import { ownIdentityPlace } from "./own_identity_place.ts";
import { VERSION } from "../version.ts";

/** Which peers a command is for: see {@link namedPeers}. */
export const PEERS_ARGUMENT: ArgumentSpec = {
  name: "PEER",
  optional: true,
  repeatable: true,
  summary: "a name or id (default: all peers)",
};

/** Sync from the command line. */
export interface SyncTools {
  readonly settings: Settings;
  readonly store: Store;
  readonly identity: Identity;
  readonly context: SyncContext;
  /** `host:port` each, where this device is found. */
  readonly ownAddresses: readonly string[];
}

/**
 * Opens what a command needs to speak to other devices. The process gives up then what the command does
 * not need: before, a keychain may have to be asked.
 *
 * @param options.keepsPermissions whether it is the daemon, which has given them up already
 * @throws sync_disabled, and what an identity can fail with
 */
export async function openSyncTools(
  context: CommandContext,
  { keepsPermissions = false }: { readonly keepsPermissions?: boolean } = {},
): Promise<SyncTools> {
  const { settings } = await context.settings();
  if (!settings.syncEnabled) {
    throw new CodememError("sync_disabled", "Sync is disabled on this device", {
      hint: "Run `codemem sync enable`",
    });
  }
  const store = await context.openStore({ keepsPermissions: true });
  const identity = await loadIdentity(ownIdentityPlace(context, { store, settings }));
  if (!keepsPermissions) context.dropPermissions();
  return {
    settings,
    store,
    identity,
    context: syncContext({ store, identity, version: VERSION, nowMs: context.nowMs }),
    ownAddresses: ownAddresses(settings, interfaceAddresses()),
  };
}

/** The peers that were named, or all where none was. */
export function namedPeers(store: Store, names: readonly string[]): Peer[] {
  if (names.length > 0) return names.map((name) => store.peers.resolve(name));
  const peers = store.peers.list();
  if (peers.length > 0) return peers;
  throw new CodememError("not_found", "This device is not paired with any other yet", {
    hint: "Run `codemem sync pair`, and the command it prints on the other device",
  });
}
