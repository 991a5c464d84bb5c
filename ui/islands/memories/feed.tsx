/** The feed: search, filters, the memories, and what has just arrived. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { counted } from "../../../lib/model/counted.ts";
import { foldWords } from "../../../lib/model/excerpt.ts";
import type { MemoriesData, MemoriesPageData, MemoriesQueryData } from "../../page_data.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { EMPTY_DRAFT } from "../memory/draft.ts";
import type { IslandProps } from "../mod.ts";
import { MemoryFilters } from "./filters.tsx";
import { type MemoryList, useMemoryList } from "./list.ts";
import { MemoryNew } from "./new_memory.tsx";
import { isNarrowed, listPath, NO_QUERY, queryText } from "./query.ts";
import { MemoryRow } from "./row.tsx";
import { useRoom } from "./use_room.ts";

/** The highest number that the API counts. */
const MAX_ARRIVED = 100;
const NEW_MEMORY = "new memory";

/** The page of all memories. */
export function Feed({ data }: IslandProps) {
  const list = useMemoryList(data as MemoriesPageData);
  const adding = useSignal(false);
  const draft = useSignal(EMPTY_DRAFT);
  const add = () => {
    const { title, body } = draft.value;
    // A draft that was begun before is kept.
    if (title + body === "") draft.value = { ...EMPTY_DRAFT, project: list.query.value.project };
    adding.value = true;
  };
  return (
    <div class="stack feed-page">
      <header class="row apart">
        <h1>Memories</h1>
        <button type="button" class="primary needs-script" onClick={add}>
          New memory
        </button>
      </header>
      <MemoryFilters list={list} />
      <p class="count muted small" role="status">{countText(list)}</p>
      <ErrorNote problem={list.problem.value} />
      <div>
        <Arrived list={list} />
        <Rows list={list} />
      </div>
      {adding.value && <MemoryNew list={list} draft={draft} onClose={() => adding.value = false} />}
    </div>
  );
}

function countText({ pages, query }: MemoryList): string {
  const { total, total_is_cut: isCut, too_broad: broad } = pages.value[0]!;
  if (total === null) return "Older memories";
  const { q } = query.value;
  const found = counted(total, "memory");
  if (!isNarrowed(query.value)) return total === 0 ? "" : found;
  if (q.trim() === "") return found;
  if (total === 0) return "Nothing found";
  if (broad.length > 0) return `${found}, and more: type another letter of “${broad.at(-1)}”`;
  return isCut ? `The first ${found}; another word finds fewer` : found;
}

function Arrived({ list }: { readonly list: MemoryList }) {
  const count = list.arrived.value;
  const words = count >= MAX_ARRIVED ? `${count} or more new memories` : counted(count, NEW_MEMORY);
  const show = async () => {
    await list.reload();
    scrollTo({ top: 0 });
  };
  return (
    <div class="arrived" role="status">
      {count > 0 && <button type="button" class="primary" onClick={show}>{words}</button>}
    </div>
  );
}

function Rows({ list }: { readonly list: MemoryList }) {
  const pages = list.pages.value;
  const query = list.query.value;
  if (pages.every(({ memories }) => memories.length === 0)) return <Nothing list={list} />;
  return (
    <>
      {list.isOlder.value && (
        <p class="to-newest small">
          <a href={listPath(query)}>Back to the newest</a>
        </p>
      )}
      <div class="feed" aria-busy={list.busy.value === "searching"}>
        {pages.map((page) => <Page key={page.next ?? "last"} page={page} query={query} />)}
      </div>
      <ReadOn list={list} />
    </>
  );
}

interface PageProps {
  readonly page: MemoriesData;
  readonly query: MemoriesQueryData;
}

/** The rows of one request. However far a person reads on, only pages near the window are in the document. */
function Page(props: PageProps) {
  const element = useRef<HTMLOListElement>(null);
  const room = useRoom(element);
  return room === undefined
    ? (
      <ol ref={element}>
        <PageRows {...props} />
      </ol>
    )
    : <ol ref={element} style={{ height: `${room}px` }} />;
}

/** Rows that are there already are not made again when more are read. */
function PageRows({ page, query }: PageProps) {
  return useMemo(() => {
    const words = foldWords(query.q);
    return (
      <>
        {page.memories.map((each) => (
          <MemoryRow key={each.id} {...{ memory: each, query, words }} />
        ))}
      </>
    );
  }, [page, query]);
}

/** The link to older memories, which are read by themselves when it comes near. */
function ReadOn({ list }: { readonly list: MemoryList }) {
  const link = useRef<HTMLAnchorElement>(null);
  const { next } = list;
  useEffect(() => {
    if (link.current === null) return;
    const near = new IntersectionObserver((entries) => {
      // A slow page gets several entries at once, the present one last.
      if (entries.at(-1)!.isIntersecting) void list.readOn();
    }, { rootMargin: "800px" });
    near.observe(link.current);
    return () => near.disconnect();
  }, [next]);
  if (next === null) return null;
  return (
    <p class="read-on">
      <a
        ref={link}
        class="button"
        href={`/${queryText(list.query.value, { before: next })}`}
        onClick={(event) => {
          event.preventDefault();
          void list.readOn();
        }}
      >
        {list.busy.value === "reading on" ? "Reading…" : "Older memories"}
      </a>
    </p>
  );
}

function Nothing({ list }: { readonly list: MemoryList }) {
  if (!isNarrowed(list.query.value)) {
    return (
      <div class="empty">
        <p>Nothing is remembered yet.</p>
        <p class="small">
          Agents add memories by <code>codemem remember</code>; you can add one here.
        </p>
      </div>
    );
  }
  return (
    <div class="empty">
      <p>No memory matches.</p>
      <p>
        <a
          href="/"
          onClick={(event) => {
            event.preventDefault();
            list.setQuery(NO_QUERY);
          }}
        >
          Show all memories
        </a>
      </p>
    </div>
  );
}
