/** What a caller tells of itself when it asks how a peer stands: the query of `GET /v1/status`. */
import { isForeignCursor } from "../model/cursor.ts";
import { type Digest, formatDigestSum, parseDigestSum } from "../model/digest.ts";
import { formatSignedLife, parseSignedLife, type SignedLife } from "../model/life.ts";
import { encodeBase64url } from "./base64url.ts";
import { readDiscoveryKey } from "./discovery_key.ts";
import { badParameter, requireOnce } from "./query_parameters.ts";

/** What a device holds, as of one instant. */
export interface Holding {
  readonly digest: Digest;
  /** The cursor of the end of its log. */
  readonly head: string;
}

/** What a caller tells of itself; it may tell nothing. */
export interface CallerStanding {
  readonly holding?: Holding | undefined;
  readonly discoveryKey?: Uint8Array | undefined;
  /** The present life of its database. */
  readonly life?: SignedLife | undefined;
  /** What it has kept of what the callee has said of its own. */
  readonly knownLife?: SignedLife | undefined;
  /** The furthest cursor of the callee's log that it has read. */
  readonly knownHead?: string | undefined;
  /** Whether another copy of its database has gone on, so that it is to be refused. */
  readonly forked?: boolean | undefined;
}

const HOLDING = ["live", "tombstones", "digest", "head"] as const;
const REST = ["discovery_key", "life", "known_life", "known_head", "forked"] as const;

/** The target of a request for a status: path and query. */
export function statusTarget({ holding, discoveryKey, ...rest }: CallerStanding): string {
  const { life, knownLife, knownHead, forked } = rest;
  const parameters = new URLSearchParams();
  if (holding !== undefined) {
    const { digest, head } = holding;
    parameters.set("live", String(digest.live));
    parameters.set("tombstones", String(digest.tombstones));
    parameters.set("digest", formatDigestSum(digest.sum));
    parameters.set("head", head);
  }
  if (discoveryKey !== undefined) parameters.set("discovery_key", encodeBase64url(discoveryKey));
  if (life !== undefined) parameters.set("life", formatSignedLife(life));
  if (knownLife !== undefined) parameters.set("known_life", formatSignedLife(knownLife));
  if (knownHead !== undefined) parameters.set("known_head", knownHead);
  if (forked === true) parameters.set("forked", "1");
  return parameters.size === 0 ? "/v1/status" : `/v1/status?${parameters}`;
}

/**
 * Reads the query of a request for a status; parameters of a newer version are passed over.
 *
 * @throws {CodememError} `invalid_request` naming the parameter
 */
export function parseStatusQuery(parameters: URLSearchParams): CallerStanding {
  requireOnce(parameters, [...HOLDING, ...REST]);
  const text = parameters.get("discovery_key");
  const discoveryKey = text === null ? undefined : readDiscoveryKey(text);
  if (text !== null && discoveryKey === undefined) throw badParameter("discovery_key", "32 bytes");
  const knownHead = parameters.get("known_head") ?? undefined;
  if (knownHead !== undefined && !isForeignCursor(knownHead)) {
    throw badParameter("known_head", "a cursor");
  }
  const forked = parameters.get("forked") ?? undefined;
  if (forked !== undefined && forked !== "1") throw badParameter("forked", "1");
  return {
    holding: parseHolding(parameters),
    discoveryKey,
    life: readLife(parameters, "life"),
    knownLife: readLife(parameters, "known_life"),
    knownHead,
    forked: forked === "1" ? true : undefined,
  };
}

function readLife(parameters: URLSearchParams, name: string): SignedLife | undefined {
  const text = parameters.get(name);
  const life = parseSignedLife(text);
  if (text !== null && life === undefined) throw badParameter(name, "a life");
  return life;
}

/** All of it or nothing: a part of it says nothing. */
function parseHolding(parameters: URLSearchParams): Holding | undefined {
  if (!HOLDING.some((name) => parameters.has(name))) return undefined;
  const head = parameters.get("head");
  const sum = parseDigestSum(parameters.get("digest"));
  if (!isForeignCursor(head)) throw badParameter("head", "a cursor");
  if (sum === undefined) throw badParameter("digest", "a digest");
  const [live, tombstones] = [readCount(parameters, "live"), readCount(parameters, "tombstones")];
  return { digest: { live, tombstones, sum }, head };
}

function readCount(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  if (!/^\d{1,15}$/.test(text)) throw badParameter(name, "a number");
  return Number(text);
}
