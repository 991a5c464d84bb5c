/** A memory in the feed. */
import type { MemoriesQueryData, SummaryData } from "../../page_data.ts";
import { Marked } from "../../parts/marked.tsx";
import { Time } from "../../parts/time.tsx";
import { memoryPath } from "./query.ts";

/**
 * @param props.query of the list that it stands in
 * @param props.words that were looked for
 */
export function MemoryRow({ memory, query, words }: {
  readonly memory: SummaryData;
  readonly query: MemoriesQueryData;
  readonly words: readonly string[];
}) {
  const { title, excerpt } = memory;
  return (
    <li class="memory" data-set-aside={!memory.active}>
      <h2>
        <a href={memoryPath(memory.id, query)}>
          {title === ""
            ? <span class="muted">Without a title</span>
            : <Marked text={title} words={words} />}
        </a>
      </h2>
      <Time at={memory.created_at} />
      {excerpt !== "" && (
        <p class="excerpt" dir="auto">
          <Marked text={excerpt} words={words} />
        </p>
      )}
      <About memory={memory} />
    </li>
  );
}

function About({ memory }: { readonly memory: SummaryData }) {
  const { active, kind, project, tags } = memory;
  const device = memory.origin_device_name ?? memory.origin_device_id?.slice(0, 8);
  return (
    <ul class="about" aria-label="About it">
      {!active && <li>set aside</li>}
      <li>
        <bdi>{kind}</bdi>
      </li>
      {project !== null && (
        <li class="project">
          <bdi>{project}</bdi>
        </li>
      )}
      {device !== undefined && (
        <li>
          <bdi>{device}</bdi>
        </li>
      )}
      {tags.map((tag) => (
        <li key={tag} class="hash">
          <bdi>{tag}</bdi>
        </li>
      ))}
    </ul>
  );
}
