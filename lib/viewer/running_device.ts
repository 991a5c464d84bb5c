/** The device that the viewer shows and steers, as the viewer sees it. */
import type { ResolvedSettings } from "../config/resolve.ts";
import type { Json } from "../model/canonical_json.ts";
import type { RotatedKey } from "../model/rotation.ts";
import type { Feed } from "../store/memories/feed.ts";
import type { Store } from "../store/store.ts";
import type { Acceptance } from "../sync/pairing/accept.ts";
import type { MadeInvite } from "../sync/pairing/invite.ts";
import type { InterfaceAddress } from "../sync/own_addresses.ts";
import type { PassProgress } from "../sync/ask/pass.ts";
import type { StatusReport } from "../sync/report/status_report.ts";

/** Something that has happened in a running device. */
export type DeviceEvent =
  /** Memories, peers, settings or how the device can be reached. */
  | { readonly type: "changed" }
  | { readonly type: "progress"; readonly peerDeviceId: string; readonly progress: PassProgress }
  /** A pass has ended, well or not. */
  | { readonly type: "synced"; readonly peerDeviceId: string; readonly ok: boolean }
  | { readonly type: "paired"; readonly peerDeviceId: string; readonly name: string };

/** Changes of settings by name; `undefined` takes the setting out of the file. */
export type SettingChanges = Readonly<Record<string, Json | undefined>>;

/** What the viewer can see and do. */
export interface RunningDevice {
  readonly version: string;
  readonly store: Store;
  readonly feed: Feed;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** What other devices call this one. */
  deviceName(): string;
  status(): StatusReport;
  /** @throws invalid_config, io_failed */
  settings(): Promise<ResolvedSettings>;
  /**
   * Writes settings and takes them up. Where that fails, the settings are as they were.
   *
   * @throws invalid_config naming the setting in `details.field`, port_in_use, address_unavailable,
   * io_failed
   */
  changeSettings(changes: SettingChanges): Promise<void>;
  /** Of this machine, those that a listener may be bound to. */
  interfaceAddresses(): readonly InterfaceAddress[];
  /**
   * Begins a pass with these peers, or with all.
   *
   * @throws sync_disabled, not_running
   */
  syncNow(peerDeviceIds?: readonly string[]): void;
  /** @throws sync_disabled, or not_running where nothing answers other devices */
  requireListening(): void;
  /** `host:port` each, where other devices find this one. */
  ownAddresses(): readonly string[];
  /**
   * A new invitation.
   *
   * @throws as {@link RunningDevice.requireListening}
   */
  invite(): MadeInvite;
  /**
   * Gives the device another key, to which its peers follow.
   *
   * @throws sync_disabled where it has none yet, and what its key can fail with
   */
  rotateKeys(): Promise<RotatedKey>;
  /** @throws sync_disabled, and what accepting can fail with */
  accept(
    text: string,
    options: { readonly replaceKey: boolean; readonly signal: AbortSignal },
  ): Promise<Acceptance>;
  /** @returns ends it */
  subscribe(listener: (event: DeviceEvent) => void): () => void;
}
