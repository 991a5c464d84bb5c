/** The answering side of rotation: a peer announces its new key, signed by the old one and the new one. */
import type { ParsedSignature } from "../../auth/request_signature.ts";
import { CodememError } from "../../errors.ts";
import { peerRemoved } from "../../model/peer.ts";
import {
  decodeRotateRequest,
  encodeRotateResponse,
  keysJson,
  type ToldRotations,
} from "../../protocol/rotation.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { acceptRotation, keyAtEnd } from "./accept_rotation.ts";
import type { SyncContext } from "../context.ts";
import { FailureLimit } from "../pairing/failure_limit.ts";
import { ownKeys, ownKeysAndLife } from "./own_rotations.ts";
import { readBody } from "../answer/read_body.ts";
import { requirePossession } from "../pairing/require_possession.ts";

/** A hundred statements take about 60 KB. */
const MAX_BODY_BYTES = 128 * 1024;
/** Failures allowed per address and minute: each costs more than a request that is refused at once. */
const FAILURES_PER_MINUTE = 20;

/** A request that announces keys, as it was read. */
interface Announced {
  readonly request: Request;
  readonly body: Uint8Array;
  readonly told: ToldRotations;
}

/** Answers `POST /v1/rotate`. */
export class RotationHandler {
  readonly #context: SyncContext;
  readonly #failures = new FailureLimit(FAILURES_PER_MINUTE);

  constructor(context: SyncContext) {
    this.#context = context;
  }

  /**
   * Accepts the caller's new key if its statements hold, and answers with this device's own rotations.
   *
   * @param remoteAddress of the caller, whose failures are counted
   * @returns the response body
   * @throws the refusal
   */
  async answer(request: Request, remoteAddress: string): Promise<string> {
    const { nowMs } = this.#context;
    const caller = { address: remoteAddress, purpose: "announce a key", nowMs };
    return await this.#failures.guard(caller, () => this.#exchange(request));
  }

  async #exchange(request: Request): Promise<string> {
    const { store } = this.#context;
    const body = await readBody(request, MAX_BODY_BYTES);
    const told = decodeRotateRequest(body);
    const peer = this.#requireKnown(told.deviceId);
    if (peer.removedAt !== null) throw this.#removal(peer, { request, body, told });
    const { nonce } = this.#requireHolder(peer, { request, body, told });
    await this.#requireFirst(told.deviceId, nonce);
    await store.whenFree(() => acceptRotation(store, told));
    await store.whenFree(() => store.peers.recordSeen(told.deviceId));
    return encodeRotateResponse(ownKeysAndLife(this.#context));
  }

  #requireKnown(deviceId: string): Peer {
    const peer = this.#context.store.peers.find(deviceId);
    if (peer !== undefined) return peer;
    throw new CodememError("unknown_peer", "This device is not paired with the caller", {
      hint: "Pair the two devices with `codemem sync pair`",
    });
  }

  /**
   * If this device has rotated its key since the removal, the peer pins an earlier one and believes the later
   * one nothing: a caller that proves to be that peer is shown how the one follows the other. It gets no word of
   * the database, and its own new key is not followed.
   */
  #removal(peer: Peer, announced: Announced): CodememError {
    const { code, message, hint } = peerRemoved("The caller was removed here");
    const keys = ownKeys(this.#context);
    const details = keys.statements.length > 0 && this.#isHolder(peer, announced)
      ? { keys: keysJson(keys) }
      : {};
    return new CodememError(code, message, { hint: hint!, details });
  }

  #isHolder(peer: Peer, announced: Announced): boolean {
    try {
      this.#requireHolder(peer, announced);
      return true;
    } catch (error) {
      if (error instanceof CodememError) return false;
      throw error;
    }
  }

  /** Requires that the caller holds the key that its chain ends with. */
  #requireHolder(known: Peer, { request, body, told }: Announced): ParsedSignature {
    const { store, device, nowMs } = this.#context;
    // A caller that has proven nothing yet must not learn its name here.
    const peer = { ...known, name: "the caller" };
    const publicKey = keyAtEnd(store, peer, told.statements);
    return requirePossession(request, {
      ...{ body, deviceId: device.deviceId, nowMs: nowMs() },
      asked: { deviceId: told.deviceId, publicKey },
      purpose: "follow the key",
      hint: "Pair the two devices again with `codemem sync pair`",
    });
  }

  async #requireFirst(peerDeviceId: string, nonce: string): Promise<void> {
    const { store, nowMs } = this.#context;
    const nowS = Math.floor(nowMs() / 1_000);
    if (await store.whenFree(() => store.nonces.record({ peerDeviceId, nonce, nowS }))) return;
    throw new CodememError("replayed_nonce", "Cannot accept the request: it was received before", {
      hint: "Send a new request with a nonce of its own",
    });
  }
}
