/** The answering side of sync: routes, authentication, and one place for refusals. */
import { Hono, type MiddlewareHandler } from "hono";
import { CodememError, toCodememError } from "../../errors.ts";
import { formatCursor } from "../../model/cursor.ts";
import { formatDigestSum } from "../../model/digest.ts";
import type { Pin } from "../../model/peer.ts";
import { formatTimestamp, isRecent } from "../../model/timestamp.ts";
import type { RequestInfo } from "../../net/serve_connection.ts";
import { MAX_BODY_BYTES, PROTOCOL } from "../../protocol/limits.ts";
import { decodePushBody, encodePushResult } from "../../protocol/op_page.ts";
import { encodeRefusal } from "../../protocol/refusal.ts";
import { encodeStatus } from "../../protocol/status.ts";
import { parseStatusQuery } from "../../protocol/status_query.ts";
import type { ApplyResult } from "../../store/log/apply.ts";
import type { Peer } from "../../store/peers/peers.ts";
import type { Store } from "../../store/store.ts";
import { answerOps, type WaitForOps } from "./answer_ops.ts";
import { createAuthenticator } from "./authenticate.ts";
import type { SyncContext } from "../context.ts";
import { requireNotForked } from "../standing/check_lives.ts";
import { jsonResponse, longJsonResponse } from "./json_response.ts";
import { nextTurn } from "../../time/next_turn.ts";
import { noteStanding } from "../standing/note_standing.ts";
import { ownRotations } from "../keys/own_rotations.ts";
import { ownLife } from "../standing/own_standing.ts";
import type { PairingHandler } from "../pairing/pairing_handler.ts";
import { RotationHandler } from "../keys/rotation_handler.ts";
import { stateAfterAttempt } from "../ask/state_after.ts";

/** Answers one request. `request.url` holds the target exactly as it was sent. */
export type SyncHandler = (request: Request, info: RequestInfo) => Promise<Response>;

/** What the answering side works with besides the {@link SyncContext}. */
export interface AnswerOptions {
  readonly pairing: PairingHandler;
  readonly waitForOps: WaitForOps;
  /** Told when a caller has told something new about itself. */
  readonly onNoted?: (() => void) | undefined;
  /** Told what failed on this side. */
  readonly onFault?: (error: CodememError) => void;
}

/** Ops applied in one transaction: this limits how long other requests wait for the store. */
const SLICE_OPS = 250;
/** A peer that keeps asking is recorded as seen at most this often. */
const SEEN_INTERVAL_MS = 30_000;

interface Call {
  readonly peerDeviceId: string;
  readonly fingerprint: string;
  readonly body: Uint8Array;
}
interface Bindings {
  Bindings: RequestInfo;
  Variables: { call: Call; peer: Peer };
}

/** Builds the handler of the sync listener. */
export function createSyncHandler(context: SyncContext, options: AnswerOptions): SyncHandler {
  const app = new Hono<Bindings>();
  addOpenRoutes(app, context, options);
  app.use(peersOnly(context, options));
  addPeerRoutes(app, context, options);
  app.notFound((c) => refuse(notFound(c.req.path)));
  app.onError((thrown) => {
    const error = toCodememError(thrown);
    // Somebody else may have the key of a peer: a person has to know at once.
    if (error.code === "internal" || error.code === "rotation_forked") options.onFault?.(error);
    return refuse(error);
  });
  return async (request, info) => await app.fetch(request, info);
}

/** Routes for callers whose key is not pinned yet: each has its own proof. */
function addOpenRoutes(
  app: Hono<Bindings>,
  context: SyncContext,
  { pairing }: AnswerOptions,
): void {
  const rotations = new RotationHandler(context);
  for (const [path, handler] of [["/v1/pair", pairing], ["/v1/rotate", rotations]] as const) {
    app.post(path, async (c) => {
      // Strangers are not told what the device is called.
      requireNotForked({ store: context.store, device: { name: "the other device" } });
      return jsonResponse(await handler.answer(c.req.raw, c.env.remoteAddress));
    });
  }
}

/** Lets only authenticated peers pass, and sets `peer` and `call` for the routes. */
function peersOnly(
  context: SyncContext,
  { pairing }: AnswerOptions,
): MiddlewareHandler<Bindings> {
  const authenticate = createAuthenticator({
    trust: trustOf(context.store),
    deviceId: context.device.deviceId,
    nowMs: context.nowMs,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  return async (c, next) => {
    const verdict = await authenticate(c.req.raw, c.env.grantTime);
    if (!verdict.ok) throw verdict.refusal;
    requireStillPinned(context, verdict);
    c.env.ownedBy(ownerOf(pinOf(verdict)));
    requireNotForked(context);
    const seen = () => noteSeen(context, pairing, verdict.peerDeviceId);
    c.set("peer", await context.store.whenFree(seen));
    c.set("call", verdict);
    await next();
  };
}

function addPeerRoutes(
  app: Hono<Bindings>,
  context: SyncContext,
  { waitForOps, onNoted }: AnswerOptions,
): void {
  app.get("/v1/status", async (c) => {
    const caller = c.get("peer");
    const standing = parseStatusQuery(new URL(c.req.raw.url).searchParams);
    const note = () => noteStanding(context, caller, standing);
    if (await context.store.whenFree(note)) onNoted?.();
    const text = statusText(context, caller);
    // A caller that was removed while it waited must not learn the new discovery key.
    requireStillPinned(context, c.get("call"));
    return jsonResponse(text);
  });
  app.get("/v1/ops", async (c) => {
    const text = await answerOps(context, {
      caller: pinOf(c.get("call")),
      parameters: new URL(c.req.raw.url).searchParams,
      waitForOps,
      hungUp: c.env.signal,
    });
    requireStillPinned(context, c.get("call"));
    requireNotForked(context);
    return await longJsonResponse(text, c.req.raw.headers.get("accept-encoding"));
  });
  app.post("/v1/ops", async (c) => jsonResponse(await takeOps(context, c.get("call"))));
}

function trustOf(store: Store): Parameters<typeof createAuthenticator>[0]["trust"] {
  return {
    findPeer: (deviceId) => store.peers.find(deviceId),
    formerKeys: (deviceId) => store.rotations.formerKeys(deviceId),
    recordNonce: (nonce) => store.whenFree(() => store.nonces.record(nonce)),
  };
}

/**
 * The caller may have been removed while its body was read, or while it waited for ops.
 *
 * @throws peer_removed
 */
function requireStillPinned({ store }: SyncContext, call: Omit<Call, "body">): void {
  store.peers.requirePinned(pinOf(call));
}

function pinOf({ peerDeviceId, fingerprint }: Omit<Call, "body">): Pin {
  return { deviceId: peerDeviceId, fingerprint };
}

/** Identifies the owner of a connection: a peer with another key is another owner. */
export function ownerOf({ deviceId, fingerprint }: Pin): string {
  return `${deviceId} ${fingerprint}`;
}

/** @returns the caller, as it was known before it called */
function noteSeen(context: SyncContext, pairing: PairingHandler, peerDeviceId: string): Peer {
  const { store, nowMs } = context;
  pairing.confirm(peerDeviceId);
  const peer = store.peers.find(peerDeviceId)!;
  if (isRecent(peer.lastSeenAt, nowMs(), SEEN_INTERVAL_MS)) return peer;
  store.peers.recordSeen(peerDeviceId);
  // Who speaks to the listener has verified its certificate, and so knows the key of it.
  store.rotations.recordTold(peerDeviceId, ownRotations(context).at(-1)?.sequence ?? 0);
  return peer;
}

function statusText(context: SyncContext, { deviceId, copySeenAt }: Peer): string {
  const { store, device, version, nowMs } = context;
  const { digest, head } = store.log.snapshot();
  return encodeStatus({
    protocol: PROTOCOL,
    version,
    deviceId: device.deviceId,
    name: device.name,
    fingerprint: device.fingerprint,
    time: formatTimestamp(nowMs()),
    epoch: head.epoch,
    head: formatCursor(head),
    digest,
    seesYou: stateAfterAttempt(store.attempts.last(deviceId)),
    discoveryKey: store.device.discoveryKey(),
    life: ownLife(context, formatCursor(head)),
    knownLife: store.lives.ofPeer(deviceId),
    knownHead: store.cursors.of(deviceId).pulled,
    copySeen: copySeenAt,
  });
}

/** Applies the ops of a push, slice by slice, so that other requests are answered in between. */
async function takeOps(
  { store, transfers }: SyncContext,
  { body, ...sender }: Call,
): Promise<string> {
  const ops = decodePushBody(body);
  const total = { applied: 0, stale: 0, duplicate: 0 };
  const quarantined: ApplyResult["quarantined"][number][] = [];
  let { digest } = store.log.snapshot();
  for (let start = 0; start < ops.length; start += SLICE_OPS) {
    const slice = ops.slice(start, start + SLICE_OPS);
    const result = await store.whenFree(() => store.apply(slice, sender));
    total.applied += result.applied;
    total.stale += result.stale;
    total.duplicate += result.duplicate;
    quarantined.push(...result.quarantined);
    digest = result.digest;
    if (result.applied === SLICE_OPS) transfers.noteHandedOver(sender.peerDeviceId);
    if (start + SLICE_OPS < ops.length) await nextTurn();
  }
  return encodePushResult({
    ...total,
    quarantined: quarantined.map(({ opId, reason }) => ({ opId, reason })),
    live: digest.live,
    digest: formatDigestSum(digest.sum),
  });
}

function notFound(path: string): CodememError {
  return new CodememError("not_found", `There is no ${path} here`, {
    hint: "Update codemem on both devices",
  });
}

function refuse(error: CodememError): Response {
  const { status, body } = encodeRefusal(error);
  return jsonResponse(body, status);
}
