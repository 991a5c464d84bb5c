/** The answering side of rotation: a peer announces its new key, signed by the old one and the new one. */
import type { ParsedSignature } from "../../auth/request_signature.ts";
import { CodememError } from "../../errors.ts";
import { peerRemoved } from "../../model/peer.ts";
import {
  decodeRotateRequest,
  encodeRotateResponse,
  type ToldRotations,
} from "../../protocol/rotation.ts";
import type { Peer } from "../../store/peers/peers.ts";
import { acceptRotation, keyAtEnd } from "./accept_rotation.ts";
import type { SyncContext } from "../context.ts";
import { FailureLimit } from "../pairing/failure_limit.ts";
import { ownKeysAndLife } from "./own_rotations.ts";
import { readBody } from "../answer/read_body.ts";
import { requirePossession } from "../pairing/require_possession.ts";

/** A hundred statements take about 60 KB. */
const MAX_BODY_BYTES = 128 * 1024;
/** Failures allowed per address and minute: each costs more than a request that is refused at once. */
const FAILURES_PER_MINUTE = 20;

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
    const { nonce } = this.#requireHolder(request, body, told);
    await this.#requireFirst(told.deviceId, nonce);
    await store.whenFree(() => acceptRotation(store, told));
    await store.whenFree(() => store.peers.recordSeen(told.deviceId));
    return encodeRotateResponse(ownKeysAndLife(this.#context));
  }

  #requirePeer(deviceId: string): Peer {
    const peer = this.#context.store.peers.find(deviceId);
    if (peer?.removedAt === null) return peer;
    if (peer !== undefined) throw peerRemoved("The caller was removed here");
    throw new CodememError("unknown_peer", "This device is not paired with the caller", {
      hint: "Pair the two devices with `codemem sync pair`",
    });
  }

  /** Requires that the caller holds the key that its chain ends with. */
  #requireHolder(request: Request, body: Uint8Array, told: ToldRotations): ParsedSignature {
    const { store, device, nowMs } = this.#context;
    // A caller that has proven nothing yet must not learn its name here.
    const peer = { ...this.#requirePeer(told.deviceId), name: "the caller" };
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
