/** What has come from a peer and could not be applied. */
import { counted } from "../../../lib/model/counted.ts";
import type { PeerData, StatusData } from "../../page_data.ts";
import { Time } from "../../parts/time.tsx";

/** @param props.count of all of it: only the newest are listed */
export function Quarantine({ count, ops, peers }: {
  readonly count: number;
  readonly ops: StatusData["quarantined_ops"];
  readonly peers: readonly PeerData[];
}) {
  const names = new Map(peers.map(({ peer_device_id: id, name }) => [id, name]));
  return (
    <div class="body stack quarantine">
      <h3>{counted(count, "change")} could not be applied</h3>
      <p class="muted small">
        Each is kept as it came and tried again whenever codemem starts. Updating codemem on this
        device helps if a newer version has sent it.
        {count > ops.length && ` The newest ${ops.length} are listed.`}
      </p>
      <ul class="stack">
        {ops.map((op) => (
          <li key={op.op_id} class="note" data-tone="warn">
            <p>{op.reason.replaceAll("_", " ")}: {op.detail}</p>
            <p class="muted small">
              {op.entity_id !== null && (
                <>
                  memory <code>{op.entity_id}</code> ·{" "}
                </>
              )}
              {op.received_from && (
                <>from {names.get(op.received_from) ?? op.received_from} ·{" "}</>
              )}
              <Time at={op.received_at} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
