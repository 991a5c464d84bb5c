/** The question before a memory is forgotten. */
import { clip } from "../../../lib/model/excerpt.ts";
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { MemoryData } from "../../page_data.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { Marked } from "../../parts/marked.tsx";
import { Modal } from "../../parts/modal.tsx";
import { useAsking } from "../../use_asking.ts";

/** Says what forgetting means, and does it. */
export function MemoryForget({ memory, onForgotten, onClose }: {
  readonly memory: MemoryData["memory"];
  readonly onForgotten: () => void;
  readonly onClose: () => void;
}) {
  const { isAsking, problem, ask } = useAsking();
  const forget = async () => {
    if (isAsking) return;
    const answer = await ask(change("DELETE", `/api/memories/${encodeURIComponent(memory.id)}`));
    if (answer.ok) onForgotten();
  };
  return (
    <Modal title="Forget this memory?" onClose={onClose}>
      <p>
        <strong>
          <Marked text={clip(memory.title, 200)} words={[]} />
        </strong>
      </p>
      <WhatItMeans />
      <ErrorNote problem={problem} />
      <div class="actions">
        <button type="button" onClick={onClose}>Keep it</button>
        <button type="button" class="danger" aria-disabled={isAsking} onClick={forget}>
          Forget on all devices
        </button>
      </div>
    </Modal>
  );
}

function WhatItMeans() {
  const peers = useLive().status.value.peers.map(({ name }) => name);
  return (
    <p>
      Its text is erased from this device at once, and from{" "}
      {peers.length === 0 ? "every device that is ever paired" : "all your devices"}{" "}
      as they sync{peers.length > 0 && (
        <>
          : <bdi>{peers.join(", ")}</bdi>
        </>
      )}. It cannot be brought back.
    </p>
  );
}
