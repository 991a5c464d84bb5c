/** A device of a simulation: a real store, a real key, a clock that can be wrong. */
import { Buffer } from "node:buffer";
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { CodememError } from "../../lib/errors.ts";
import { issueCertificate } from "../../lib/auth/certificate.ts";
import { fingerprintOf, publicKeyLine } from "../../lib/auth/fingerprint.ts";
import { LifeSigner } from "../../lib/auth/life_signature.ts";
import { signRotation } from "../../lib/auth/rotation_statement.ts";
import { formatTimestamp } from "../../lib/model/timestamp.ts";
import { openStore, type Store } from "../../lib/store/store.ts";
import { createSyncHandler, type SyncHandler } from "../../lib/sync/answer/answer.ts";
import type { LocalDevice, SyncContext } from "../../lib/sync/context.ts";
import { Transfers } from "../../lib/sync/transfers.ts";
import { PairingHandler } from "../../lib/sync/pairing/pairing_handler.ts";
import { Random } from "../support/random.ts";
import type { SimNetwork } from "./sim_network.ts";

/** Options of {@link SimDevice.start}. */
export interface SimDeviceOptions {
  readonly name: string;
  readonly host: string;
  readonly seed: number;
  /** Of the database; `undefined` keeps it in memory, where it cannot be restarted. */
  readonly path: string | undefined;
  /** The time that would be right, in milliseconds since 1970. */
  readonly trueNowMs: () => number;
  readonly network: SimNetwork;
}

/** So that nobody is waited for in vain for more than a moment of real time. */
const LOOK_TAKES_MS = 500;

/** A running device. */
export class SimDevice {
  /** How far its clock is ahead. */
  clockErrorMs = 0;
  /** Once restored from a copy it may have forgotten what others know it knew. */
  wasRestored = false;
  /** What went wrong on its answering side that should not. */
  readonly faults: CodememError[] = [];
  readonly #options: SimDeviceOptions;
  readonly #random: Random;
  #identity: LocalDevice;
  #store: Store;
  #context: SyncContext;
  #handler: SyncHandler;
  #copyPath: string | undefined;
  #starts = 1;
  #looks = 0;

  /** Starts a device with an empty store. */
  static async start(options: SimDeviceOptions): Promise<SimDevice> {
    const random = new Random(options.seed);
    const privateKey = keyFromSeed(random.bytes(32));
    const deviceId = random.uuid();
    const certificatePem = await issueCertificate({ deviceId, privateKey });
    const device = new SimDevice(options, random, privateKey, deviceId);
    options.network.add({ host: options.host, certificatePem, handler: () => device.#handler });
    return device;
  }

  private constructor(
    options: SimDeviceOptions,
    random: Random,
    privateKey: KeyObject,
    deviceId: string,
  ) {
    this.#options = options;
    this.#random = random;
    const publicKey = publicKeyLine(privateKey);
    const fingerprint = fingerprintOf(publicKey);
    this.#identity = { deviceId, name: options.name, privateKey, publicKey, fingerprint };
    // The first identifier that a new store asks for is its device's.
    const ids = [deviceId];
    this.#store = this.#open(() => ids.shift() ?? random.uuid());
    this.#context = this.#contextOf(this.#store);
    this.#handler = this.#handlerOf(this.#context);
  }

  get name(): string {
    return this.#options.name;
  }

  get host(): string {
    return this.#options.host;
  }

  get store(): Store {
    return this.#store;
  }

  get context(): SyncContext {
    return this.#context;
  }

  get deviceId(): string {
    return this.#identity.deviceId;
  }

  /** Whether it outlives its process. */
  get isDurable(): boolean {
    return this.#options.path !== undefined;
  }

  /** Trusts another device, which is found at its host. */
  pin(other: SimDevice): void {
    const { deviceId, name, publicKey, fingerprint } = other.#identity;
    this.#store.peers.pin({ deviceId, name, publicKey, fingerprint }, {
      addresses: [`${other.host}:7337`],
      replaceKey: false,
    });
  }

  /** Gives it another key, which everything that begins from now on is signed by. */
  async rotate(): Promise<void> {
    const { deviceId, publicKey: oldPublicKey, privateKey: oldKey, fingerprint } = this.#identity;
    const { rotations, device } = this.#store;
    if (device.record().publicKey === null) {
      const first = { publicKey: oldPublicKey, fingerprint, certificate: "" };
      device.setKey({ ...first, keyStore: "file", keyStoreNote: null });
    }
    const newKey = keyFromSeed(this.#random.bytes(32));
    const newPublicKey = publicKeyLine(newKey);
    const sequence = rotations.own().length + 1;
    const createdAt = formatTimestamp(this.#nowMs());
    const words = { deviceId, sequence, oldPublicKey, newPublicKey, createdAt };
    const certificate = await issueCertificate({ deviceId, privateKey: newKey });
    const next = { publicKey: newPublicKey, fingerprint: fingerprintOf(newPublicKey) };
    rotations.commit(signRotation(words, { oldKey, newKey }), { ...next, certificate });
    this.#identity = { ...this.#identity, ...next, privateKey: newKey };
    this.#context = this.#contextOf(this.#store);
    this.#handler = this.#handlerOf(this.#context);
    const { network, host } = this.#options;
    network.add({ host, certificatePem: certificate, handler: () => this.#handler });
  }

  /** Of its present key. */
  get fingerprint(): string {
    return this.#identity.fingerprint;
  }

  /** How often it has started. */
  get starts(): number {
    return this.#starts;
  }

  /** Ends and starts again over the same file. */
  restart(): void {
    this.#store.close();
    this.#reopen();
  }

  /** Keeps a copy of the database as it is now. */
  backUp(): void {
    const path = this.#options.path!;
    this.#store.close();
    this.#copyPath = `${path}.copy`;
    Deno.copyFileSync(path, this.#copyPath);
    this.#reopen();
  }

  /** Goes back to the copy as `codemem restore` does; false where there is none. */
  restore(): boolean {
    if (!this.restoreByHand()) return false;
    this.#store.device.beginAnew();
    return true;
  }

  /** Puts the copy in the place of the database, and nobody is told; false where there is none. */
  restoreByHand(): boolean {
    if (this.#copyPath === undefined) return false;
    this.#store.close();
    Deno.copyFileSync(this.#copyPath, this.#options.path!);
    this.#reopen();
    this.wasRestored = true;
    return true;
  }

  /** The files that hold its database now. */
  files(): string[] {
    const { path } = this.#options;
    return path === undefined ? [] : [path, `${path}-wal`];
  }

  close(): void {
    this.#store.close();
  }

  #reopen(): void {
    this.#starts++;
    this.#store = this.#open(this.#random.uuid);
    this.#context = this.#contextOf(this.#store);
    this.#handler = this.#handlerOf(this.#context);
  }

  #open(randomUuid: () => string): Store {
    const store = openStore({
      path: this.#options.path ?? ":memory:",
      nowMs: this.#nowMs,
      randomUuid,
    });
    store.lives.begin();
    return store;
  }

  readonly #nowMs = (): number => this.#options.trueNowMs() + this.clockErrorMs;

  /** Looking at it takes a moment: who looks until the time is over comes to an end. */
  readonly #tickingMs = (): number => this.#nowMs() + LOOK_TAKES_MS * this.#looks++;

  #contextOf(store: Store): SyncContext {
    const device = this.#identity;
    return {
      store,
      device,
      lifeSigner: new LifeSigner(device.deviceId, device.privateKey),
      network: this.#options.network.of(this.#options.host),
      transfers: new Transfers(this.#tickingMs),
      version: "0.0.0-sim",
      nowMs: this.#nowMs,
      randomBytes: this.#random.bytes,
    };
  }

  #handlerOf(context: SyncContext): SyncHandler {
    return createSyncHandler(context, {
      pairing: new PairingHandler(context, { ownAddresses: () => [] }),
      waitForOps: () => Promise.resolve(false),
      onFault: (error) => {
        // What fails because the device has ended meanwhile is no fault.
        if (context.store === this.#store) this.faults.push(error);
      },
    });
  }
}

/** An Ed25519 key in PKCS#8 (RFC 8410 §7). */
function keyFromSeed(seed: Uint8Array): KeyObject {
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  return createPrivateKey({
    key: Buffer.concat([prefix, seed]),
    format: "der",
    type: "pkcs8",
  });
}
