/** A paired device that answers whatever it likes: its key is good, its words are not. */
import { listenTls } from "../../../lib/net/tls_listener.ts";
import type { Peer } from "../../../lib/store/peers/peers.ts";
import { NETWORK } from "../../../lib/runtime/network.ts";
import type { SyncContext } from "../../../lib/sync/context.ts";
import { type SyncOutcome, syncPeer } from "../../../lib/sync/ask/sync_peer.ts";
import type { TestDevice } from "../devices/device.ts";
import { type KeyHolder, newKeyHolder } from "./key_holder.ts";

/** What the peer answers to one request; `undefined` for what an honest one would. */
export type Answer = (request: Request, count: number) => Response | undefined;

/** A running malicious peer, pinned by its victim. */
export interface MaliciousPeer extends AsyncDisposable {
  readonly holder: KeyHolder;
  /** Targets of the requests so far, with their methods. */
  readonly requests: readonly string[];
  /** One pass of the victim with it. @param answerWithinMs how long it waits for one; as ever unless given */
  sync(answerWithinMs?: number): Promise<SyncOutcome>;
}

/** An op that is as it should be, of a memory that nobody has. */
export const OP = {
  op_id: "99999999-9999-4999-8999-999999999999",
  entity_type: "memory",
  entity_id: "88888888-8888-4888-8888-888888888888",
  op_type: "delete",
  payload: null,
  clock: { rev: 1, updated_at: "2026-01-02T03:04:05.678Z", device_id: "x" },
  device_id: "x",
  created_at: "2026-01-02T03:04:05.678Z",
};

const HEAD = "aaaaaaaaaaaaaaaa.1";
const EMPTY_PAGE = { ops: [], next_cursor: HEAD, has_more: false, head: HEAD };

/** Starts a peer and lets `victim` pin it. */
export async function startMaliciousPeer(
  victim: TestDevice,
  answer: Answer,
): Promise<MaliciousPeer> {
  const holder = await newKeyHolder("66666666-6666-4666-8666-666666666666");
  const requests: string[] = [];
  const listener = await listenTls({
    binds: ["127.0.0.1"],
    port: 0,
    privateKey: holder.privateKey,
    certificatePem: holder.certificatePem,
    handler: (request) => {
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      return answer(request, requests.length) ?? honest(request.method, pathname, holder);
    },
  });
  victim.store.peers.pin({ ...holder, name: "mallory" }, {
    addresses: [`127.0.0.1:${listener.port}`],
    replaceKey: false,
  });
  return {
    holder,
    requests,
    sync: (answerWithinMs) =>
      syncPeer(withPatience(victim.context, answerWithinMs), pinned(victim, holder), {
        signal: AbortSignal.timeout(120_000),
      }),
    [Symbol.asyncDispose]: () => listener.close({ graceMs: 0 }),
  };
}

/** The answer to `GET /v1/status`, with some members changed. */
export function statusOf(holder: KeyHolder, changed: Record<string, unknown> = {}): Response {
  return Response.json({
    protocol: 3,
    version: "6.6.6",
    device_id: holder.deviceId,
    name: "mallory",
    fingerprint: holder.fingerprint,
    time: new Date().toISOString(),
    epoch: "aaaaaaaaaaaaaaaa",
    head: HEAD,
    live: 666,
    tombstones: 0,
    digest: "6".repeat(64),
    ...changed,
  });
}

/** A page of ops as the answer to `GET /v1/ops`. */
export function pageOf(ops: readonly unknown[], changed: Record<string, unknown> = {}): Response {
  return Response.json({ ...EMPTY_PAGE, ops, ...changed });
}

function honest(method: string, pathname: string, holder: KeyHolder): Response {
  if (pathname === "/v1/status") return statusOf(holder);
  if (method === "GET") return pageOf([]);
  const counts = { applied: 0, stale: 0, duplicate: 0, quarantined: [], live: 0 };
  return Response.json({ ...counts, digest: "6".repeat(64) });
}

function pinned(victim: TestDevice, { deviceId }: KeyHolder): Peer {
  const peer = victim.store.peers.find(deviceId);
  if (peer === undefined) throw new Error("The victim does not know its attacker");
  return peer;
}

/** The same context over the same network, with so much time for an answer. */
function withPatience(context: SyncContext, timeoutMs: number | undefined): SyncContext {
  if (timeoutMs === undefined) return context;
  return {
    ...context,
    network: {
      ...NETWORK,
      async connect(target) {
        const connection = await NETWORK.connect(target);
        return {
          request: (request) => connection.request({ ...request, timeoutMs }),
          close: () => connection.close(),
        };
      },
    },
  };
}
