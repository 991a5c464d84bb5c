/** Whether devices on the local network can find each other. */
import { type Judgement, ok, skipped, warning } from "./finding.ts";

/** How discovery stands. */
export interface MdnsState {
  readonly enabled: boolean;
  /** Whether a running daemon sends and hears it. */
  readonly active: boolean;
  /** What keeps it from being active, in words. */
  readonly error: string | null;
}

/**
 * Judges discovery, which stored addresses can do without.
 *
 * @param state null where nothing is known of it
 */
export function judgeMdns(state: MdnsState | null): Judgement {
  if (state === null) return skipped("nothing is known of discovery on the local network");
  const { enabled, active, error } = state;
  if (!enabled) return skipped("sync_mdns is off: devices are found by stored addresses alone");
  if (active) return ok("discovery on the local network is active");
  if (error === null) return skipped("discovery waits for codemem serve");
  return warning(
    `discovery on the local network does not work: ${error}`,
    "Let multicast (UDP port 5353) through, or switch discovery off: " +
      "`codemem config set sync_mdns false`",
  );
}
