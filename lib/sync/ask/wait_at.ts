/** Long polling at a peer: its ops arrive at once, even if the peer cannot dial this device. */
import { parseAddress } from "../../model/address.ts";
import { MAX_WAIT_S } from "../../protocol/limits.ts";
import { pause } from "../../time/pause.ts";
import type { SyncContext } from "../context.ts";
import { type DialedPeer, reach } from "./dial.ts";
import { requireNotForked } from "../standing/check_lives.ts";
import { pull } from "./pull.ts";
import { takeTurn } from "./take_turn.ts";

/** A peer that answers sooner than this, with nothing, is asked again only after it. */
const MIN_WAIT_MS = 5_000;
/**
 * Ops that arrived another way arrive once more, and must not delay new ones. But a peer that keeps
 * answering with nothing new is asked less and less often: this is the first pause, which doubles.
 */
const STALE_WAIT_MS = 100;

/** Options of {@link waitAt}. */
export interface WaitOptions {
  /** `host:port` where the peer was just reached. */
  readonly address: string;
  readonly signal: AbortSignal;
  /** Told the number of ops that have arrived. */
  readonly onReceived: (ops: number) => void;
}

/**
 * Waits at a peer, by one held request after another, and applies what arrives. Ends only by a failure, or
 * with the signal.
 *
 * @throws whatever ended it
 */
export async function waitAt(
  context: SyncContext,
  peer: DialedPeer,
  { address, signal, onReceived }: WaitOptions,
): Promise<never> {
  const { session } = await reach(context, peer, {
    ...{ address: parseAddress(address)!, attemptSignal: signal, sessionSignal: signal },
  });
  let stale = 0;
  try {
    for (;;) {
      const startedMs = performance.now();
      requireNotForked(context);
      const since = context.store.cursors.of(peer.deviceId).pulled;
      const { received, applied } = await pull(context, {
        session,
        peer,
        since,
        waitS: MAX_WAIT_S,
        takeTurn: () => takeTurn(context, session, peer),
      });
      if (received > 0) onReceived(received);
      stale = applied > 0 ? 0 : stale + 1;
      await pause(minWaitMs(received, stale) - (performance.now() - startedMs), signal);
      signal.throwIfAborted();
    }
  } finally {
    session.close();
  }
}

/** @param stale answers in a row that brought nothing that was applied */
function minWaitMs(received: number, stale: number): number {
  if (stale === 0) return 0;
  return received === 0 ? MIN_WAIT_MS : Math.min(MIN_WAIT_MS, STALE_WAIT_MS * 2 ** (stale - 1));
}
