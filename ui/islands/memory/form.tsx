/** The form in which a memory is written and changed. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Answer } from "../../api.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { useAsking } from "../../use_asking.ts";
import { changesOf, type Draft } from "./draft.ts";
import { type Field, Input, MORE_FIELDS, usualFields } from "./fields.tsx";

/** Properties of {@link MemoryForm}. */
export interface MemoryFormProps {
  readonly start: Draft;
  /** Holds the draft beyond the form, for whoever closes it and comes back. */
  readonly kept?: Signal<Draft>;
  readonly projects: readonly string[];
  /** What the button that ends it is called. */
  readonly action: string;
  readonly titleHint?: string;
  /** Saves the draft; the form stays open where that fails. */
  readonly save: (draft: Draft) => Promise<Answer<unknown>>;
  readonly onCancel: () => void;
}

/** Shows the fields, and what is wrong with one at its place. */
export function MemoryForm(props: MemoryFormProps) {
  const { start, action, onCancel } = props;
  const own = useSignal(start);
  const draft = props.kept ?? own;
  const { isAsking, problem, ask } = useAsking();
  useKept(draft, start);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isAsking) return;
    const form = event.currentTarget as HTMLFormElement;
    const answer = await ask(props.save(draft.value));
    if (!answer.ok) focusField(form, answer.problem.field);
  };
  const usual = usualFields(props);
  const input = (field: Field) => (
    <Input key={field.name} field={field} draft={draft} problem={problem} />
  );
  const isShownAtField = [...usual, ...MORE_FIELDS].some(({ name }) => name === problem?.field);
  return (
    <form class="memory-form stack" onSubmit={save} noValidate>
      {usual.map(input)}
      <details open={MORE_FIELDS.some(({ name }) => start[name] !== "")}>
        <summary>More</summary>
        <div class="stack">{MORE_FIELDS.map(input)}</div>
      </details>
      {!isShownAtField && <ErrorNote problem={problem} />}
      <div class="actions">
        <button type="button" onClick={onCancel}>Cancel</button>
        <button type="submit" class="primary" aria-disabled={isAsking}>{action}</button>
      </div>
    </form>
  );
}

function focusField(form: HTMLFormElement, name: string | undefined): void {
  const input = name === undefined ? null : form.elements.namedItem(name);
  if (!(input instanceof HTMLElement)) return;
  input.closest("details")?.setAttribute("open", "");
  input.focus();
}

/** Asks before the window is left with a draft that is not saved. */
function useKept(draft: Signal<Draft>, start: Draft): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (Object.keys(changesOf(draft.peek(), start)).length > 0) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
}
