/** The question before a memory is forgotten. */
import { useSignal } from "@preact/signals";
import { clip } from "../../../lib/model/excerpt.ts";
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { MemoryData } from "../../page_data.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Marked } from "../../parts/marked.tsx";
import { Modal } from "../../parts/modal.tsx";

/** Says what forgetting means, and does it. */
export function MemoryForget({ memory, onForgotten, onClose }: {
  readonly memory: MemoryData["memory"];
  readonly onForgotten: () => void;
  readonly onClose: () => void;
}) {
  const problem = useSignal<Problem | undefined>(undefined);
  const busy = useSignal(false);
  const peers = useLive().status.value.peers.map(({ name }) => name);
  const forget = async () => {
    if (busy.value) return;
    busy.value = true;
    const answer = await change("DELETE", `/api/memories/${encodeURIComponent(memory.id)}`);
    busy.value = false;
    if (answer.ok) onForgotten();
    else problem.value = answer.problem;
  };
  return (
    <Modal title="Forget this memory?" onClose={onClose}>
      <p>
        <strong>
          <Marked text={clip(memory.title, 200)} words={[]} />
        </strong>
      </p>
      <p>
        Its text is erased from this device at once, and from{" "}
        {peers.length === 0 ? "every device that is ever paired" : "all your devices"}{" "}
        as they sync{peers.length > 0 && (
          <>
            : <bdi>{peers.join(", ")}</bdi>
          </>
        )}. It cannot be brought back.
      </p>
      <ErrorNote problem={problem.value} />
      <div class="actions">
        <button type="button" onClick={onClose}>Keep it</button>
        <button type="button" class="danger" aria-disabled={busy.value} onClick={forget}>
          Forget on all devices
        </button>
      </div>
    </Modal>
  );
}
