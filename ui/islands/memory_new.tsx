/** The dialog in which a memory is written. */
import { change } from "../api.ts";
import { Modal } from "../parts/modal.tsx";
import { changesOf, EMPTY_DRAFT } from "./memory_draft.ts";
import { MemoryForm } from "./memory_form.tsx";
import type { MemoryList } from "./memory_list.ts";

/** Writes a memory, and shows the list with it. */
export function MemoryNew({ list, onClose }: {
  readonly list: MemoryList;
  readonly onClose: () => void;
}) {
  const { project } = list.query.value;
  return (
    <Modal title="New memory" onClose={onClose}>
      <MemoryForm
        start={{ ...EMPTY_DRAFT, project }}
        projects={list.facets.value.projects.map(({ name }) => name)}
        action="Remember"
        titleHint="Without one, the first line of the text"
        save={async (draft) => {
          const body = { body: draft.body, ...changesOf(draft, EMPTY_DRAFT) };
          const answer = await change("POST", "/api/memories", body);
          if (answer.ok) {
            onClose();
            await list.reload();
          }
          return answer;
        }}
        onCancel={onClose}
      />
    </Modal>
  );
}
