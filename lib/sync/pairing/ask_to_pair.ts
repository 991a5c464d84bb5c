/** Asking an inviter to pair: at whichever address of the invitation it answers first. */
import { CodememError } from "../../errors.ts";
import { type Address, formatAddress } from "../../model/address.ts";
import { tokenIdOf } from "../../model/invite.ts";
import type { Invite } from "../../protocol/invite.ts";
import {
  decodePairResponse,
  encodePairRequest,
  type Introduction,
  pairingProof,
} from "../../protocol/pairing.ts";
import { connectTo } from "../ask/connect.ts";
import { dialOrder } from "../ask/dial_order.ts";
import { mostInformative } from "../ask/most_informative.ts";
import { raceStaggered } from "../ask/race.ts";
import { SignedCaller } from "../ask/signed_caller.ts";
import type { PeerConnection, SyncContext } from "../context.ts";

/** The next address is tried after this time, or at once when all before have failed. */
const STAGGER_MS = 250;

/** Options of {@link askToPair}. */
export interface AskToPairOptions {
  /** `host:port` each: addresses of this device. */
  readonly ownAddresses: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Proves the token to the inviter, and takes its introduction.
 *
 * @returns how the inviter introduces itself; the address that answered comes first
 * @throws unreachable, untrusted_certificate, invalid_response; the inviter's refusal
 */
export async function askToPair(
  context: SyncContext,
  invite: Invite,
  { ownAddresses, signal }: AskToPairOptions,
): Promise<Introduction> {
  const { connection, address } = await connectToInviter(context, invite, signal);
  const { device, nowMs, randomBytes } = context;
  const caller = new SignedCaller({
    ...{ connection, device, nowMs, randomBytes, signal, clockOffsetMs: 0 },
    ...{ recipient: invite.deviceId, recipientName: invite.name },
  });
  try {
    const body = pairRequest(context, invite, ownAddresses);
    const answer = decodePairResponse(
      await caller.call({ method: "POST", target: "/v1/pair", body }),
    );
    if (answer.deviceId !== invite.deviceId || answer.publicKey !== invite.publicKey) {
      throw new CodememError("invalid_response", "The other device answers with another identity");
    }
    const addresses = [formatAddress(address), ...answer.addresses, ...invite.addresses];
    return { ...answer, addresses };
  } finally {
    caller.close();
  }
}

async function connectToInviter(
  { network }: SyncContext,
  invite: Invite,
  signal: AbortSignal,
): Promise<{ readonly connection: PeerConnection; readonly address: Address }> {
  const addresses = dialOrder({ discovered: [], lastGood: null, stored: invite.addresses });
  const expected = { device: { ...invite, certificate: null }, others: [] };
  const race = await raceStaggered(
    addresses.map((address) => async (attemptSignal: AbortSignal) => {
      const target = { address, signal: attemptSignal };
      const { connection } = await connectTo(network, expected, target);
      return { connection, address };
    }),
    { staggerMs: STAGGER_MS, signal, discard: ({ connection }) => connection.close() },
  );
  if ("value" in race) return race.value;
  throw notInvited(invite.name, mostInformative(invite.name, race.errors));
}

/** An invitation contains the key of its time: the inviter may have rotated it since. */
function notInvited(name: string, failure: CodememError): CodememError {
  const { code, message, details } = failure;
  if (code !== "untrusted_certificate") return failure;
  return new CodememError(code, message, {
    hint:
      `Run \`codemem sync pair\` on ${name} for a new invitation: its key may have been rotated ` +
      "since. If that one is refused as well, another device answers there",
    cause: failure,
    details,
  });
}

function pairRequest(
  { store, device }: SyncContext,
  invite: Invite,
  addresses: readonly string[],
): Uint8Array {
  return encodePairRequest({
    deviceId: device.deviceId,
    name: device.name,
    publicKey: device.publicKey,
    addresses,
    discoveryKey: store.device.discoveryKey(),
    tokenId: tokenIdOf(invite.token),
    proof: pairingProof(invite.token, {
      inviterDeviceId: invite.deviceId,
      inviterFingerprint: invite.fingerprint,
      acceptorDeviceId: device.deviceId,
      acceptorPublicKey: device.publicKey,
    }),
  });
}
