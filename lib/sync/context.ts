/** What both sides of sync work with: everything from outside is passed in here. */
import type { KeyObject } from "node:crypto";
import type { LifeSigner } from "../auth/life_signature.ts";
import type { Address } from "../model/address.ts";
import type { DialStage } from "../net/dial_errors.ts";
import type { PinnedConnection } from "../net/pinned_connection.ts";
import type { Store } from "../store/store.ts";
import type { Transfers } from "./transfers.ts";

/** This device, with the key to prove its identity. */
export interface LocalDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly privateKey: KeyObject;
  /** `ssh-ed25519 <base64>`. */
  readonly publicKey: string;
  readonly fingerprint: string;
}

/** The target of a connection. */
export interface ConnectTarget {
  readonly address: Address;
  /** The name the peer's certificate is issued for. */
  readonly certificateName: string;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told when name resolution is done (`tcp` begins) and when TCP is (`handshake` begins). */
  readonly onStage?: (stage: DialStage) => void;
}

/** An open connection to a peer. */
export type PeerConnection = Pick<PinnedConnection, "request" | "close">;

/** The network, over which other devices are reached. */
export interface Network {
  /** Opens a connection on which only the holder of the certificate's key can answer. */
  connect(target: ConnectTarget & { readonly certificatePem: string }): Promise<PeerConnection>;
  /**
   * Fetches the certificate that is presented at an address, if `accepts` accepts it. That proves nothing:
   * {@link Network.connect} then verifies the peer against it.
   */
  learnCertificate(
    target: ConnectTarget & { readonly accepts: (der: Uint8Array) => boolean },
  ): Promise<string>;
}

/** What a sync operation works with. */
export interface SyncContext {
  readonly store: Store;
  readonly device: LocalDevice;
  /** Signs with the key of the device. */
  readonly lifeSigner: LifeSigner;
  readonly network: Network;
  readonly transfers: Transfers;
  /** Version of the program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** So many random bytes. */
  readonly randomBytes: (length: number) => Uint8Array;
}
