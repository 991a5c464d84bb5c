/** How a device stands: the answer to `GET /v1/status`. */
import { isJsonObject, type JsonObject } from "../model/canonical_json.ts";
import { isForeignCursor } from "../model/cursor.ts";
import { cleanDeviceName, isSyncDeviceId } from "../model/device.ts";
import { type Digest, formatDigestSum, parseDigestSum } from "../model/digest.ts";
import { formatSignedLife, parseSignedLife, type SignedLife } from "../model/life.ts";
import { isPeerState, type PeerState } from "../model/peer.ts";
import { isTimestamp } from "../model/timestamp.ts";
import { encodeBase64url } from "./base64url.ts";
import { readDiscoveryKey } from "./discovery_key.ts";
import { parseJsonBody } from "./json_body.ts";
import { PROTOCOL } from "./limits.ts";
import { isCount, isFingerprint, isVisibleText } from "./members.ts";
import { requireProtocol } from "./protocol_version.ts";
import { unreadable } from "./unreadable.ts";

/** How a device stands. */
export interface PeerStatus {
  readonly protocol: typeof PROTOCOL;
  /** Of the program. */
  readonly version: string;
  readonly deviceId: string;
  readonly name: string;
  readonly fingerprint: string;
  /** The device's clock, as a canonical timestamp. */
  readonly time: string;
  /** Names this life of the device's log. */
  readonly epoch: string;
  /** The cursor of the log's end, as of the digest. */
  readonly head: string;
  readonly digest: Digest;
  /** How the device's own last attempt at the caller ended; null where it does not say. */
  readonly seesYou: PeerState | null;
  /** What its adverts on the local network are recognised by; null where it does not say. */
  readonly discoveryKey: Uint8Array | null;
  /** The present life of its database; null where it does not say. */
  readonly life: SignedLife | null;
  /** What it has kept of what the caller has said of its own; null where it has kept nothing. */
  readonly knownLife: SignedLife | null;
  /** The furthest cursor of the caller's log that it has read; null where it has read none. */
  readonly knownHead: string | null;
  /** When it has last refused another copy of the caller's database; null where it has not. */
  readonly copySeen: string | null;
}

/** The body of a status. */
export function encodeStatus(status: PeerStatus): string {
  return JSON.stringify({
    protocol: status.protocol,
    version: status.version,
    device_id: status.deviceId,
    name: status.name,
    fingerprint: status.fingerprint,
    time: status.time,
    epoch: status.epoch,
    head: status.head,
    live: status.digest.live,
    tombstones: status.digest.tombstones,
    digest: formatDigestSum(status.digest.sum),
    sees_you: status.seesYou,
    discovery_key: status.discoveryKey === null ? null : encodeBase64url(status.discoveryKey),
    life: status.life === null ? null : formatSignedLife(status.life),
    known_life: status.knownLife === null ? null : formatSignedLife(status.knownLife),
    known_head: status.knownHead,
    copy_seen: status.copySeen,
  });
}

/**
 * Reads the body of a status; members of a newer version are passed over.
 *
 * @throws {CodememError} `unsupported_protocol`, or `invalid_response` naming the member
 */
export function decodeStatus(bytes: Uint8Array): PeerStatus {
  const value = parseJsonBody(bytes);
  if (!isJsonObject(value)) throw unreadable("status");
  requireProtocol(value.protocol, () => unreadable("status", "protocol"));
  const { version, device_id: deviceId, fingerprint, time, epoch, head } = value;
  const name = typeof value.name === "string" ? cleanDeviceName(value.name) : undefined;
  if (!isVisibleText(version)) throw unreadable("status", "version");
  if (!isSyncDeviceId(deviceId)) throw unreadable("status", "device_id");
  if (name === undefined) throw unreadable("status", "name");
  if (!isFingerprint(fingerprint)) throw unreadable("status", "fingerprint");
  if (!isTimestamp(time)) throw unreadable("status", "time");
  if (!isVisibleText(epoch)) throw unreadable("status", "epoch");
  if (!isForeignCursor(head)) throw unreadable("status", "head");
  const names = { version, deviceId, name, fingerprint };
  const standing = { time, epoch, head, digest: decodeDigest(value) };
  return { protocol: PROTOCOL, ...names, ...standing, ...decodeOptional(value) };
}

/** What an older version does not tell, or a newer one in words of its own. */
function decodeOptional(
  value: JsonObject,
): Pick<PeerStatus, "seesYou" | "discoveryKey" | "life" | "knownLife" | "knownHead" | "copySeen"> {
  const discoveryKey = readDiscoveryKey(value.discovery_key) ?? null;
  if (discoveryKey === null && (value.discovery_key ?? null) !== null) {
    throw unreadable("status", "discovery_key");
  }
  const knownHead = value.known_head ?? null;
  if (knownHead !== null && !isForeignCursor(knownHead)) throw unreadable("status", "known_head");
  return {
    seesYou: isPeerState(value.sees_you) ? value.sees_you : null,
    discoveryKey,
    life: decodeLife(value, "life"),
    knownLife: decodeLife(value, "known_life"),
    knownHead,
    copySeen: isTimestamp(value.copy_seen) ? value.copy_seen : null,
  };
}

function decodeLife(value: JsonObject, name: string): SignedLife | null {
  const life = parseSignedLife(value[name]) ?? null;
  if (life === null && (value[name] ?? null) !== null) throw unreadable("status", name);
  return life;
}

function decodeDigest({ live, tombstones, digest }: JsonObject): Digest {
  const sum = parseDigestSum(digest);
  if (!isCount(live)) throw unreadable("status", "live");
  if (!isCount(tombstones)) throw unreadable("status", "tombstones");
  if (sum === undefined) throw unreadable("status", "digest");
  return { live, tombstones, sum };
}
