/** The devices this one is paired with. */
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { useAsking } from "../../use_asking.ts";
import type { IslandProps } from "../mod.ts";
import { PeerCard } from "./card.tsx";
import { toldApart } from "./told_apart.ts";

/** The panel of peers. */
export function Peers({ data }: IslandProps) {
  const { enabled, peers } = useLive().status.value;
  const convergence = data.name === "sync" ? data.convergence : {};
  const attempts = data.name === "sync" ? data.attempts : [];
  return (
    <section class="panel" aria-labelledby="peers-title">
      <header>
        <h2 id="peers-title" tabindex={-1}>Peers</h2>
        {peers.length > 0 && <SyncAll isEnabled={enabled} />}
      </header>
      {peers.length === 0
        ? (
          <div class="empty">
            <p>No other device yet.</p>
            <p class="small">Pair one below: after that both hold the same memories.</p>
          </div>
        )
        : (
          <ul class="peers">
            {toldApart(peers).map((peer, at) => (
              <PeerCard
                key={peer.peer_device_id}
                peer={peer}
                given={peers[at]!.name}
                line={convergence[peer.peer_device_id] ?? []}
                attempts={attempts.filter((each) => each.peer_device_id === peer.peer_device_id)}
              />
            ))}
          </ul>
        )}
    </section>
  );
}

function SyncAll({ isEnabled }: { readonly isEnabled: boolean }) {
  const { isAsking, problem, ask } = useAsking();
  const syncAll = () => ask(change("POST", "/api/sync/actions/sync-now"));
  return (
    <div class="row needs-script">
      <ErrorNote problem={problem} />
      <button type="button" onClick={syncAll} disabled={!isEnabled || isAsking}>
        Sync all now
      </button>
    </div>
  );
}
