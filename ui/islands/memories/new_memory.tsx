/** The dialog in which a memory is written. */
import type { Signal } from "@preact/signals";
import { change } from "../../api.ts";
import { Modal } from "../../parts/modal.tsx";
import { changesOf, type Draft, EMPTY_DRAFT } from "../memory/draft.ts";
import { MemoryForm } from "../memory/form.tsx";
import type { MemoryList } from "./list.ts";

/**
 * Writes a memory, and shows the list with it.
 *
 * @param props.draft outlives the dialog: Escape is pressed too easily
 */
export function MemoryNew({ list, draft, onClose }: {
  readonly list: MemoryList;
  readonly draft: Signal<Draft>;
  readonly onClose: () => void;
}) {
  const start = { ...EMPTY_DRAFT, project: list.query.value.project };
  const end = () => {
    draft.value = EMPTY_DRAFT;
    onClose();
  };
  return (
    <Modal title="New memory" onClose={onClose}>
      <MemoryForm
        start={start}
        kept={draft}
        projects={list.facets.value.projects.map(({ name }) => name)}
        action="Remember"
        titleHint="Without one, the first line of the text"
        save={async (draft) => {
          const body = { body: draft.body, ...changesOf(draft, EMPTY_DRAFT) };
          const answer = await change("POST", "/api/memories", body);
          if (answer.ok) {
            end();
            await list.reload();
          }
          return answer;
        }}
        onCancel={end}
      />
    </Modal>
  );
}
