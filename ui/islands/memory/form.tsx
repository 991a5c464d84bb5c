/** The form in which a memory is written and changed. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { USUAL_KINDS } from "../../../lib/model/memory_fields.ts";
import type { Answer } from "../../api.ts";
import { useIslandId } from "../../island_id.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { inPlace } from "../../parts/in_place.ts";
import { changesOf, type Draft, type DraftField } from "./draft.ts";

interface Field {
  readonly name: DraftField;
  readonly label: string;
  /** Lines of a text; one line without it. */
  readonly rows?: number;
  readonly hint?: string;
  readonly choices?: readonly string[];
}

const MORE: readonly Field[] = [
  { name: "subtitle", label: "Subtitle" },
  { name: "narrative", label: "How it came about", rows: 3 },
  { name: "facts", label: "Facts", rows: 3, hint: "One a line" },
  { name: "concepts", label: "Concepts", rows: 2, hint: "One a line" },
  { name: "files_read", label: "Files read", rows: 2, hint: "One a line" },
  { name: "files_modified", label: "Files changed", rows: 2, hint: "One a line" },
  { name: "confidence", label: "Confidence", hint: "From 0 to 1" },
];

/** What the form is to know. */
export interface MemoryFormProps {
  readonly start: Draft;
  /** Where it stands while it is written, for whoever closes the form and comes back. */
  readonly kept?: Signal<Draft>;
  readonly projects: readonly string[];
  /** What the button that ends it is called. */
  readonly action: string;
  readonly titleHint?: string;
  /** Ends the form where it returns an answer that is well. */
  readonly save: (draft: Draft) => Promise<Answer<unknown>>;
  readonly onCancel: () => void;
}

/** Shows the fields, and what is wrong with one at its place. */
export function MemoryForm(props: MemoryFormProps) {
  const own = useSignal(props.start);
  const draft = props.kept ?? own;
  const problem = useSignal<Problem | undefined>(undefined);
  const saving = useSignal(false);
  useKept(draft, props.start);
  const save = async (event: Event) => {
    event.preventDefault();
    if (saving.value) return;
    const form = event.currentTarget as HTMLFormElement;
    saving.value = true;
    const answer = await props.save(draft.value);
    saving.value = false;
    problem.value = answer.ok ? undefined : answer.problem;
    const field = answer.ok ? undefined : answer.problem.field;
    const input = field === undefined ? null : form.elements.namedItem(field);
    if (input instanceof HTMLElement) {
      input.closest("details")?.setAttribute("open", "");
      input.focus();
    }
  };
  const main: readonly Field[] = [
    { name: "body", label: "Text", rows: 8 },
    { name: "title", label: "Title", ...(props.titleHint && { hint: props.titleHint }) },
    { name: "kind", label: "Kind", choices: USUAL_KINDS },
    { name: "project", label: "Project", choices: props.projects },
    { name: "tags", label: "Tags", hint: "Separated by commas" },
  ];
  const input = (field: Field) => (
    <Input key={field.name} field={field} draft={draft} problem={problem.value} />
  );
  const hasField = [...main, ...MORE].some(({ name }) => name === problem.value?.field);
  return (
    <form class="memory-form stack" onSubmit={save} noValidate>
      {main.map(input)}
      <details open={MORE.some(({ name }) => props.start[name] !== "")}>
        <summary>More</summary>
        <div class="stack">{MORE.map(input)}</div>
      </details>
      {!hasField && <ErrorNote problem={problem.value} />}
      <div class="actions">
        <button type="button" onClick={props.onCancel}>Cancel</button>
        <button type="submit" class="primary" aria-disabled={saving.value}>{props.action}</button>
      </div>
    </form>
  );
}

/** Asks before the window is left with something written that is nowhere else. */
function useKept(draft: Signal<Draft>, start: Draft): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (Object.keys(changesOf(draft.peek(), start)).length > 0) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
}

function Input({ field, draft, problem }: {
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
