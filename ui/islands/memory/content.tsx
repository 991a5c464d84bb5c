/** What a memory says. */
import type { ComponentChildren, RefObject } from "preact";
import { clip } from "../../../lib/model/excerpt.ts";
import type { MemoryData } from "../../page_data.ts";
import { LongText } from "../../parts/long_text.tsx";

/** A longer title is shown whole on demand. */
const MAX_TITLE = 300;
/** More items than this are opened on demand. */
const MAX_ITEMS = 100;

/** @param props.children what can be done with it */
export function MemoryContent({ memory, heading, children }: {
  readonly memory: MemoryData["memory"];
  readonly heading: RefObject<HTMLHeadingElement | null>;
  readonly children: ComponentChildren;
}) {
  const { title, subtitle, body, narrative, facts, concepts, active } = memory;
  const line = clip(title, MAX_TITLE);
  return (
    <article class="memory-content">
      <header>
        <h1 ref={heading} tabIndex={-1} dir="auto">{line === "" ? "Without a title" : line}</h1>
        {subtitle !== null && <p class="muted" dir="auto">{clip(subtitle, MAX_TITLE)}</p>}
        {children}
      </header>
      {!active && <p class="note">Set aside: it is kept and synced, but search leaves it out.</p>}
      {title.length > MAX_TITLE && (
        <Part name="Whole title">
          <LongText text={title} />
        </Part>
      )}
      {body !== "" && body !== title && <LongText text={body} />}
      {narrative !== null && (
        <Part name="How it came about">
          <LongText text={narrative} />
        </Part>
      )}
      <Items name="Facts" items={facts} />
      <Items name="Concepts" items={concepts} />
      <Items name="Files read" items={memory.files_read} mono />
      <Items name="Files changed" items={memory.files_modified} mono />
    </article>
  );
}

function Part({ name, children }: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section>
      <h2>{name}</h2>
      {children}
    </section>
  );
}

function Items({ name, items, mono = false }: {
  readonly name: string;
  readonly items: readonly string[];
  readonly mono?: boolean;
}) {
  if (items.length === 0) return null;
  const rest = items.slice(MAX_ITEMS);
  const rows = (some: readonly string[]) => (
    <ul class={`items ${mono ? "mono" : ""}`}>
      {some.map((item, index) => <li key={index} dir="auto">{item}</li>)}
    </ul>
  );
  return (
    <Part name={name}>
      {rows(items.slice(0, MAX_ITEMS))}
      {rest.length > 0 && (
        <details class="rest">
          <summary>Show {rest.length} more</summary>
          {rows(rest)}
        </details>
      )}
    </Part>
  );
}
