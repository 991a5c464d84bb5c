/** Whether devices on the local network can find each other. */
import type { DiscoveryFact } from "../model/listener.ts";
import { type Judgement, ok, skipped, warning } from "./finding.ts";

/** Judges discovery, which stored addresses can do without. */
export function judgeMdns({ enabled, active, error }: DiscoveryFact): Judgement {
  if (!enabled) return skipped("sync_mdns is off: devices are found by stored addresses alone");
  if (error === null) {
    return active
      ? ok("discovery on the local network is active")
      : skipped("discovery runs only while codemem serve does");
  }
  const where = active ? "does not work everywhere" : "does not work";
  return warning(
    `discovery on the local network ${where}: ${error}`,
    "Let multicast (UDP port 5353) through, or switch discovery off: " +
      "`codemem config set sync_mdns false`",
  );
}
