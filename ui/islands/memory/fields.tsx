/** The fields of a memory: a label, what is written, and what is wrong with it. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { USUAL_KINDS } from "../../../lib/model/memory_fields.ts";
import { useIslandId } from "../../island_id.ts";
import type { Problem } from "../../parts/error_note.tsx";
import { inPlace } from "../../parts/in_place.ts";
import type { Draft, DraftField } from "./draft.ts";

/** A field of the form. */
export interface Field {
  readonly name: DraftField;
  readonly label: string;
  /** Lines of a text; one line without it. */
  readonly rows?: number;
  readonly hint?: string | undefined;
  readonly choices?: readonly string[];
}

/** What every memory has, or nearly every one. */
export function usualFields({ projects, titleHint }: {
  readonly projects: readonly string[];
  readonly titleHint?: string | undefined;
}): readonly Field[] {
  return [
    { name: "body", label: "Text", rows: 8 },
    { name: "title", label: "Title", hint: titleHint },
    { name: "kind", label: "Kind", choices: USUAL_KINDS },
    { name: "project", label: "Project", choices: projects },
    { name: "tags", label: "Tags", hint: "Separated by commas" },
  ];
}

/** What most memories do without. */
export const MORE_FIELDS: readonly Field[] = [
  { name: "subtitle", label: "Subtitle" },
  { name: "narrative", label: "How it came about", rows: 3 },
  { name: "facts", label: "Facts", rows: 3, hint: "One per line" },
  { name: "concepts", label: "Concepts", rows: 2, hint: "One per line" },
  { name: "files_read", label: "Files read", rows: 2, hint: "One per line" },
  { name: "files_modified", label: "Files changed", rows: 2, hint: "One per line" },
  { name: "confidence", label: "Confidence", hint: "From 0 to 1" },
];

/** Shows a field, and what was refused of it. */
export function Input({ field, draft, problem }: {
  readonly field: Field;
  readonly draft: Signal<Draft>;
  readonly problem: Problem | undefined;
}) {
  const { name, label, rows, hint, choices } = field;
  const id = useIslandId();
  const isWrong = problem?.field === name;
  const shared = {
    id,
    name,
    value: draft.value[name],
    autocomplete: "off",
    "aria-invalid": isWrong || undefined,
    "aria-describedby": isWrong || hint !== undefined ? `${id}-about` : undefined,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) =>
      draft.value = { ...draft.value, [name]: event.currentTarget.value },
  };
  return (
    <div class={`field field-${name}`}>
      <label for={id}>{label}</label>
      {rows === undefined
        ? <input {...shared} list={choices && `${id}-choices`} />
        : <textarea {...shared} rows={rows} dir="auto" autofocus={name === "body"} />}
      {choices !== undefined && (
        <datalist id={`${id}-choices`}>
          {choices.map((each) => <option key={each} value={each} />)}
        </datalist>
      )}
      <About id={`${id}-about`} wrong={isWrong ? inPlace(problem) : undefined}>{hint}</About>
    </div>
  );
}

function About({ id, wrong, children }: {
  readonly id: string;
  readonly wrong: string | undefined;
  readonly children: ComponentChildren;
}) {
  if (wrong !== undefined) return <p id={id} class="problem small" role="alert">{wrong}</p>;
  return children === undefined ? null : <p id={id} class="muted small">{children}</p>;
}
