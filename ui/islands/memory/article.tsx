/** A memory: read, changed in place, forgotten. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { change, read } from "../../api.ts";
import { useArrivals } from "../../live/use_arrivals.ts";
import type { MemoryData, MemoryPageData } from "../../page_data.ts";
import { useFocusBack } from "../../use_focus_back.ts";
import { isNarrowed, listPath } from "../memories/query.ts";
import type { IslandProps } from "../mod.ts";
import { MemoryAbout } from "./about.tsx";
import { MemoryContent } from "./content.tsx";
import { changesOf, draftOf, isSameVersion } from "./draft.ts";
import { MemoryForget } from "./forget.tsx";
import { MemoryForm } from "./form.tsx";

/** The page of a memory that there is or was. */
export function MemoryArticle({ data }: IslandProps) {
  const { found: first, query } = data as MemoryPageData;
  const found = useSignal(first);
  const doing = useSignal<"" | "editing" | "forgetting">("");
  const heading = useRef<HTMLHeadingElement>(null);
  useFollow(found, doing);
  useFocusBack(heading, doing.value === "editing");
  const done = () => doing.value = "";
  const { memory } = found.value;
  if (doing.value === "editing") return <Editing found={found} onDone={done} />;
  return (
    <div class="memory-page">
      <p class="small">
        <a href={listPath(query)}>
          {isNarrowed(query) ? "Back to the results" : "All memories"}
        </a>
      </p>
      {memory.deleted_at === null
        ? (
          <MemoryContent memory={memory} heading={heading}>
            <Actions doing={doing} />
          </MemoryContent>
        )
        : <Forgotten found={found.value} />}
      <MemoryAbout found={found.value} />
      {doing.value === "forgetting" && (
        <MemoryForget
          memory={memory}
          onForgotten={() => location.assign(listPath(query))}
          onClose={() => doing.value = ""}
        />
      )}
    </div>
  );
}

function Actions({ doing }: { readonly doing: Signal<"" | "editing" | "forgetting"> }) {
  return (
    <div class="row needs-script">
      <button type="button" onClick={() => doing.value = "editing"}>Edit</button>
      <button type="button" class="danger" onClick={() => doing.value = "forgetting"}>
        Forget
      </button>
    </div>
  );
}

function Editing({ found, onDone }: {
  readonly found: Signal<MemoryData>;
  readonly onDone: () => void;
}) {
  const start = useRef(found.value.memory).current;
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => form.current?.querySelector("textarea")?.focus(), []);
  const { memory, device_name: device } = found.value;
  return (
    <div class="memory-page editing" ref={form}>
      <h1>Edit the memory</h1>
      {!isSameVersion(memory, start) && (
        <p class="note" data-tone="warn" role="status">
          {memory.deleted_at === null ? "It was changed" : "It was forgotten"} on{" "}
          <bdi>{device ?? "another device"}</bdi> since you began. {memory.deleted_at === null
            ? "The fields that you change here win; the others stay as they are there."
            : "It cannot be saved any more: copy what you want to keep into a new memory."}
        </p>
      )}
      <MemoryForm
        start={draftOf(start)}
        projects={start.project === null ? [] : [start.project]}
        action="Save"
        save={async (draft) => {
          const path = `/api/memories/${encodeURIComponent(start.id)}`;
          const answer = await change<MemoryData>("PUT", path, changesOf(draft, draftOf(start)));
          if (answer.ok) {
            found.value = answer.value;
            onDone();
          }
          return answer;
        }}
        onCancel={onDone}
      />
    </div>
  );
}

function Forgotten({ found }: { readonly found: MemoryData }) {
  return (
    <div class="empty">
      <h1>This memory was forgotten</h1>
      <p>
        On{" "}
        <bdi>{found.device_name ?? "another device"}</bdi>. Its text is gone from this device, and
        is erased on every other one when it syncs.
      </p>
    </div>
  );
}

/** Shows a version that arrives while the page is open. */
function useFollow(found: Signal<MemoryData>, doing: Signal<string>): void {
  useArrivals(async () => {
    const { memory } = found.peek();
    const answer = await read<MemoryData>(`/api/memories/${encodeURIComponent(memory.id)}`);
    if (!answer.ok || isSameVersion(answer.value.memory, memory)) return;
    // What was saved meanwhile is newer than what was asked for.
    if (answer.value.memory.rev < found.peek().memory.rev) return;
    found.value = answer.value;
    if (answer.value.memory.deleted_at !== null && doing.value === "forgetting") doing.value = "";
  });
}
