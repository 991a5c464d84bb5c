/** Asks before a peer is removed, in words that say what that means. */
import { change } from "../../api.ts";
import type { PeerData } from "../../page_data.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { Modal } from "../../parts/modal.tsx";
import { useAsking } from "../../use_asking.ts";

/** @param props.onClose is called when it is over, whatever came of it */
export function PeerRemoval({ peer, onClose }: {
  readonly peer: PeerData;
  readonly onClose: () => void;
}) {
  const { peer_device_id: id, name } = peer;
  const { isAsking, problem, ask } = useAsking();
  const remove = async () => {
    if (isAsking) return;
    const answer = await ask(change("DELETE", `/api/sync/peers/${encodeURIComponent(id)}`));
    if (!answer.ok) return;
    onClose();
    // The button that the focus would go back to goes with the peer.
    document.getElementById("peers-title")?.focus();
  };
  return (
    <Modal title={`Remove ${name}?`} onClose={onClose}>
      <p>
        From now on this device refuses {name}{" "}
        and sends it nothing. Memories that either has sent so far stay where they are, on both.
      </p>
      <p class="muted">
        What it writes still arrives through any device that trusts it: if you have given it away,
        remove it there as well. To sync again, pair the two once more.
      </p>
      <ErrorNote problem={problem} />
      <div class="actions">
        <button type="button" onClick={onClose}>Keep it</button>
        <button type="button" class="danger" aria-disabled={isAsking} onClick={remove}>
          Remove {name}
        </button>
      </div>
    </Modal>
  );
}
