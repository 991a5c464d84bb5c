/** The inviting side of pairing: a caller that proves a valid token and its own key is pinned. */
import { fingerprintOf } from "../../auth/fingerprint.ts";
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { CodememError } from "../../errors.ts";
import { inviteUsed } from "../../model/invite.ts";
import {
  decodePairRequest,
  encodePairResponse,
  pairingProof,
  type PairRequest,
} from "../../protocol/pairing.ts";
import type { GivenInvite } from "../../store/peers/invites.ts";
import { readBody } from "../answer/read_body.ts";
import { requirePossession } from "./require_possession.ts";
import type { SyncContext } from "../context.ts";
import { FailureLimit } from "./failure_limit.ts";

/** A pairing request is a few hundred bytes. */
const MAX_BODY_BYTES = 16 * 1024;
/** Failures allowed per address and minute; no number of guesses would find a token. */
const FAILURES_PER_MINUTE = 20;

/** A device that has just been paired by an invitation of ours. */
export interface Paired {
  readonly deviceId: string;
  readonly name: string;
  readonly fingerprint: string;
}

/** Options of {@link PairingHandler}. */
export interface PairingHandlerOptions {
  /** `host:port` each: addresses of this device. */
  readonly ownAddresses: () => readonly string[];
  readonly onPaired?: (peer: Paired) => void;
  /** Told when a device that was paired here makes its first request as a peer: both sides are done. */
  readonly onConfirmed?: ((peerDeviceId: string) => void) | undefined;
}

/** Answers `POST /v1/pair`. */
export class PairingHandler {
  readonly #context: SyncContext;
  readonly #options: PairingHandlerOptions;
  /** Devices paired here that have made no request as peers yet: their fingerprints, by id. */
  readonly #unconfirmed = new Map<string, string>();
  readonly #failures = new FailureLimit(FAILURES_PER_MINUTE);

  constructor(context: SyncContext, options: PairingHandlerOptions) {
    this.#context = context;
    this.#options = options;
  }

  /**
   * Answers a request to be paired.
   *
   * @param remoteAddress of the caller, whose failures are counted
   * @returns the response body
   * @throws the refusal
   */
  async answer(request: Request, remoteAddress: string): Promise<string> {
    const { nowMs } = this.#context;
    const caller = { address: remoteAddress, purpose: "pair", nowMs };
    return await this.#failures.guard(caller, () => this.#pair(request));
  }

  /** A peer has sent an authenticated request: its invitation cannot be used again. */
  confirm(peerDeviceId: string): void {
    const fingerprint = this.#unconfirmed.get(peerDeviceId);
    if (fingerprint === undefined) return;
    this.#context.store.invites.confirm(fingerprint);
    this.#unconfirmed.delete(peerDeviceId);
    this.#options.onConfirmed?.(peerDeviceId);
  }

  async #pair(request: Request): Promise<string> {
    const { store, device, nowMs } = this.#context;
    const body = await readBody(request, MAX_BODY_BYTES);
    const asked = decodePairRequest(body);
    const fingerprint = fingerprintOf(asked.publicKey);
    requirePossession(request, {
      ...{ body, asked, deviceId: device.deviceId, nowMs: nowMs() },
      purpose: "pair",
      hint: "Run `codemem sync pair` on the other device for a new invitation",
    });
    const invite = this.#requireProof(asked);
    if (asked.deviceId === device.deviceId) {
      throw new CodememError("invite_own", "A device cannot be paired with itself", {
        hint: "If this machine was cloned, run `codemem sync identity new --yes` on one of the two",
      });
    }
    this.#requireStillPinned(invite, asked);
    const { addresses, discoveryKey } = asked;
    const pin = () => {
      store.invites.use(invite.tokenId, fingerprint);
      const { replaceKey } = invite;
      store.peers.pin({ ...asked, fingerprint }, { addresses, replaceKey, discoveryKey });
    };
    await store.whenFree(() => store.transaction(pin));
    this.#unconfirmed.set(asked.deviceId, fingerprint);
    this.#options.onPaired?.({ deviceId: asked.deviceId, name: asked.name, fingerprint });
    return encodePairResponse({
      deviceId: device.deviceId,
      name: device.name,
      publicKey: device.publicKey,
      addresses: this.#options.ownAddresses(),
      discoveryKey: store.device.discoveryKey(),
    });
  }

  /** A used invitation may be used again only because an answer can get lost. */
  #requireStillPinned({ usedAt }: GivenInvite, asked: PairRequest): void {
    const known = this.#context.store.peers.find(asked.deviceId);
    if (usedAt !== null && known?.removedAt !== null) throw inviteUsed();
  }

  #requireProof(asked: PairRequest): GivenInvite {
    const { store, device } = this.#context;
    const invite = store.invites.find(asked.tokenId);
    if (invite === undefined) throw unknownInvite();
    const expected = pairingProof(invite.token, {
      inviterDeviceId: device.deviceId,
      inviterFingerprint: device.fingerprint,
      acceptorDeviceId: asked.deviceId,
      acceptorPublicKey: asked.publicKey,
    });
    if (!timingSafeEqual(expected, asked.proof)) throw unknownInvite();
    return invite;
  }
}

function unknownInvite(): CodememError {
  return new CodememError(
    "invite_unknown",
    "The other device has not issued this invitation",
    {
      hint: "Run `codemem sync pair` on the other device for a new one",
    },
  );
}
