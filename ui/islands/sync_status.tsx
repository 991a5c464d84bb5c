/** How sync stands on this device. */
import { counted } from "../../lib/model/counted.ts";
import { useLive } from "../live.ts";
import type { IslandProps } from "./mod.ts";

/** The panel at the head of the page of sync. */
export function SyncStatus(_props: IslandProps) {
  const status = useLive().status.value;
  return (
    <section class="panel" aria-labelledby="status-title">
      <h2 id="status-title">{status.device_name}</h2>
      <p>{status.enabled ? "Sync is on" : "Sync is off"}, {counted(status.live, "memory")}</p>
      <ul>
        {status.peers.map((peer) => <li key={peer.peer_device_id}>{peer.name}: {peer.state}</li>)}
      </ul>
    </section>
  );
}
