/** A pass between two devices that hold the same already, against a bare request. */
import { loadIdentity } from "../../lib/runtime/identity.ts";
import { NETWORK, syncContext } from "../../lib/runtime/network.ts";
import { resolvePaths } from "../../lib/config/paths.ts";
import type { Peer } from "../../lib/store/peers/peers.ts";
import type { Network, SyncContext } from "../../lib/sync/context.ts";
import { dial } from "../../lib/sync/ask/dial.ts";
import { runPass } from "../../lib/sync/ask/pass.ts";
import { KeptSession } from "../../lib/sync/ask/kept_session.ts";
import { syncPeer, type SyncPeerOptions } from "../../lib/sync/ask/sync_peer.ts";
import { BareTls } from "./bare_tls_client.ts";
import { type Bench, openHome, resetDevices, serve } from "./devices.ts";
import { compared, type Figure, median, plain, rounded } from "./figure.ts";

const ROUNDS = 40;
const REQUESTS_A_ROUND = 10;
const WARM_UP_ROUNDS = 5;

/** What is measured in turn. */
interface Work {
  readonly name: "bare" | "bareDialled" | "open" | "kept" | "dialled" | "status";
  readonly times: number;
  readonly run: () => Promise<unknown>;
}

/** Measures it in this process, as the loop of `serve` would run it, against a `serve` in another. */
export async function* noNews(bench: Bench): AsyncGenerator<Figure> {
  const { full, empty, signal } = bench;
  await resetDevices(bench);
  await using _serve = await serve(full);
  await empty.json("sync", "once");
  await using bare = await BareTls.start(signal);
  using store = await openHome(empty);
  const { keys } = resolvePaths({ CODEMEM_HOME: empty.folder });
  const identity = await loadIdentity({
    store,
    keysDir: keys,
    settings: { deviceName: "empty", syncKeyStore: "file" },
  });
  const counted = countRequests(NETWORK);
  const context: SyncContext = {
    ...syncContext({ store, identity, version: "0.0.0", nowMs: Date.now }),
    network: counted.network,
  };
  const peer = store.peers.list()[0]!;
  const { session } = await dial(context, peer, { signal });
  const kept = new KeptSession();
  const works: Work[] = [
    { name: "bare", times: REQUESTS_A_ROUND, run: () => bare.request() },
    { name: "bareDialled", times: 1, run: () => bare.dialAndRequest() },
    { name: "status", times: REQUESTS_A_ROUND, run: () => session.status() },
    {
      name: "open",
      times: REQUESTS_A_ROUND,
      run: async () => await runPass(context, { session, peer, status: await session.status() }),
    },
    {
      name: "kept",
      times: REQUESTS_A_ROUND,
      run: () => pass(context, peer, { kept, quiet: true, signal }),
    },
    { name: "dialled", times: 1, run: () => pass(context, peer, { signal }) },
  ];
  const ms = await measureInTurn(works);
  session.close();
  kept.close();
  yield* figures(ms, await requestsOf(counted, () => pass(context, peer, { signal })));
}

function* figures(ms: Record<Work["name"], number>, requests: number): Generator<Figure> {
  const limit = { unit: "ms", limit: ms.bare, goal: { atMost: 3 } };
  const bareRequest = "limit: a request of node:https over a kept connection";
  yield compared({
    ...limit,
    figure: "pass_without_news_open_connection",
    value: ms.open,
    how: `a pass over a session that is open already; ${bareRequest}`,
  });
  yield compared({
    ...limit,
    figure: "pass_without_news_of_the_loop",
    value: ms.kept,
    how: `an attempt as the loop makes it, over its kept session, with its record; ${bareRequest}`,
  });
  yield compared({
    ...limit,
    figure: "pass_without_news_with_dial",
    value: ms.dialled,
    limit: ms.bareDialled,
    how: "an attempt as `sync once` makes it, from the dial to its record; limit: a request of " +
      "node:https over a connection of its own, from the dial to the answer",
    of_a_kept_request: rounded(ms.dialled / ms.bare),
  });
  yield compared({
    figure: "pass_without_news_requests",
    value: requests,
    unit: "requests",
    limit: 1,
    goal: { atMost: 1 },
    how: "requests sent in that attempt",
  });
  yield plain("status_requests", 1_000 / ms.status, "requests/s", "authenticated, one by one");
}

async function pass(context: SyncContext, peer: Peer, options: SyncPeerOptions): Promise<void> {
  const { result, error } = await syncPeer(context, peer, options);
  if (result?.identical !== true) throw error ?? new Error("A pass has left a difference");
}

/** The median milliseconds of each, in rounds, so that whatever else goes on disturbs all alike. */
async function measureInTurn(works: readonly Work[]): Promise<Record<Work["name"], number>> {
  const measured: Record<Work["name"], number[]> = {
    ...{ bare: [], bareDialled: [], open: [], kept: [], dialled: [], status: [] },
  };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const { name, times, run } of works) {
      for (let time = 0; time < times; time++) {
        const startedMs = performance.now();
        await run();
        if (round >= 0) measured[name].push(performance.now() - startedMs);
      }
    }
  }
  return {
    bare: median(measured.bare),
    bareDialled: median(measured.bareDialled),
    open: median(measured.open),
    kept: median(measured.kept),
    dialled: median(measured.dialled),
    status: median(measured.status),
  };
}

/** A network that counts the requests over it. */
interface CountedNetwork {
  readonly network: Network;
  requests: number;
}

function countRequests(network: Network): CountedNetwork {
  const counted = {
    requests: 0,
    network: {
      ...network,
      async connect(target: Parameters<Network["connect"]>[0]) {
        const connection = await network.connect(target);
        return {
          request: (request: Parameters<typeof connection.request>[0]) => {
            counted.requests++;
            return connection.request(request);
          },
          close: () => connection.close(),
        };
      },
    },
  };
  return counted;
}

async function requestsOf(counted: CountedNetwork, work: () => Promise<void>): Promise<number> {
  const before = counted.requests;
  await work();
  return counted.requests - before;
}
