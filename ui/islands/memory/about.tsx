/** What is known about a memory: where it belongs, where it came from, and what became of it. */
import type { ComponentChildren } from "preact";
import { clip } from "../../../lib/model/excerpt.ts";
import type { MemoryData } from "../../page_data.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import { Time } from "../../parts/time.tsx";
import { listPath, NO_QUERY } from "../memories/query.ts";

const MAX_NAME = 100;
/** More tags than this are not shown. */
const MAX_TAGS = 50;

/** The column beside a memory. */
export function MemoryAbout({ found }: { readonly found: MemoryData }) {
  return (
    <aside class="memory-about" aria-label="About this memory">
      <dl class="facts">
        {found.memory.deleted_at === null ? <Belongs found={found} /> : <Deleted found={found} />}
        <Row name="Id">
          <code class="id">{found.memory.id}</code>{" "}
          <CopyButton text={found.memory.id} what="the id of the memory" />
        </Row>
      </dl>
      <History found={found} />
    </aside>
  );
}

function Belongs({ found }: { readonly found: MemoryData }) {
  const { memory } = found;
  const { kind, project, tags, confidence } = memory;
  return (
    <>
      <Row name="Kind">
        <Choice name="kind" value={kind} />
      </Row>
      {project !== null && (
        <Row name="Project">
          <Choice name="project" value={project} />
        </Row>
      )}
      {tags.length > 0 && (
        <Row name="Tags">
          <ul class="tags">
            {tags.slice(0, MAX_TAGS).map((tag) => (
              <li key={tag} class="tag">
                <bdi>{clip(tag, MAX_NAME)}</bdi>
              </li>
            ))}
          </ul>
        </Row>
      )}
      {confidence !== null && <Row name="Confidence">{percent(confidence)}</Row>}
      <Row name="Written">
        <Time at={memory.created_at} />
        <Where id={memory.origin_device_id} name={found.origin_device_name} />
      </Row>
      {memory.rev > 1 && (
        <Row name="Changed">
          <Time at={memory.updated_at} />
          <Where id={memory.device_id} name={found.device_name} />
        </Row>
      )}
      <Received found={found} />
    </>
  );
}

function Deleted({ found }: { readonly found: MemoryData }) {
  return (
    <>
      <Row name="Forgotten">
        <Time at={found.memory.deleted_at} />
        <Where id={found.memory.device_id} name={found.device_name} />
      </Row>
      <Received found={found} />
    </>
  );
}

function Received({ found }: { readonly found: MemoryData }) {
  const { received_from: id, received_from_name: name } = found;
  if (id === null) return null;
  return (
    <Row name="Received">
      from <Device id={id} name={name} />
    </Row>
  );
}

/** The versions that are kept, the newest first. */
function History({ found }: { readonly found: MemoryData }) {
  const { history } = found;
  return (
    <section class="history">
      <h2>History</h2>
      {history.length === 0 && (
        <p class="muted small">It was imported, and has not been changed here since.</p>
      )}
      <ol>
        {history.map((version) => (
          <li key={`${version.rev} ${version.updated_at} ${version.device_id}`}>
            <p>
              {version.op_type === "delete"
                ? "Forgotten"
                : version.rev === 1
                ? "Written"
                : "Changed"} <Time at={version.updated_at} />
              <Where id={version.device_id} name={version.device_name} />
              {version.stands && <span class="stands">now</span>}
            </p>
            {version.title !== null && <p class="muted small" dir="auto">{version.title}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Row({ name, children }: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A link to all memories with the same value. */
function Choice({ name, value }: {
  readonly name: "kind" | "project";
  readonly value: string;
}) {
  const isShort = value.length <= MAX_NAME;
  const shown = <bdi>{clip(value, MAX_NAME)}</bdi>;
  return isShort ? <a href={listPath({ ...NO_QUERY, [name]: value })}>{shown}</a> : shown;
}

function Where({ id, name }: { readonly id: string | null; readonly name: string | null }) {
  if (id === null) return null;
  return (
    <>
      {" "}on <Device id={id} name={name} />
    </>
  );
}

/** A device that is not known here has no name. */
function Device({ id, name }: { readonly id: string; readonly name: string | null }) {
  return <bdi title={id}>{name ?? `${id.slice(0, 8)}…`}</bdi>;
}

function percent(confidence: number): string {
  return confidence >= 0 && confidence <= 1 ? `${Math.round(confidence * 100)} %` : `${confidence}`;
}
