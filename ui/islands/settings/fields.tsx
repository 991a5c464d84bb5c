/** The fields of the settings: a label, what is filled in, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import type { ConfigData } from "../../page_data.ts";
import type { Problem } from "../../parts/error_note.tsx";
import { inPlace } from "../../parts/in_place.ts";
import { Words } from "../../parts/words.tsx";
import type { DraftName, SettingsDraft } from "./draft.ts";

/** What all fields of one form share. */
export interface FieldContext {
  readonly config: ConfigData;
  readonly draft: SettingsDraft;
  readonly problem: Problem | undefined;
  readonly onChange: (name: DraftName, value: SettingsDraft[DraftName]) => void;
}

/** What every field is given. */
interface FieldProps {
  readonly name: DraftName;
  readonly label: string;
  readonly help?: string;
  readonly fields: FieldContext;
}

/** A line of text, or a number. */
export function TextField(
  { unit, isNumber = false, ...props }: FieldProps & {
    readonly unit?: string;
    readonly isNumber?: boolean;
  },
) {
  const { name, label, fields } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <div class="row">
        <input
          id={name}
          class={isNumber ? "short" : "long"}
          inputMode={isNumber ? "numeric" : "text"}
          autocomplete="off"
          spellcheck={false}
          value={String(fields.draft[name])}
          onInput={({ currentTarget }) => fields.onChange(name, currentTarget.value)}
          {...stateOf(props)}
        />
        {unit}
      </div>
      <FieldNotes {...props} />
    </div>
  );
}

/** On or off. */
export function SwitchField(props: FieldProps) {
  const { name, label, fields } = props;
  return (
    <div class="field">
      <label class="choice">
        <input
          type="checkbox"
          id={name}
          checked={fields.draft[name] === true}
          onChange={({ currentTarget }) => fields.onChange(name, currentTarget.checked)}
          {...stateOf(props)}
        />
        {label}
      </label>
      <FieldNotes {...props} />
    </div>
  );
}

/** One of a few. */
export function ChoiceField(
  { choices, ...props }: FieldProps & { readonly choices: readonly string[] },
) {
  const { name, label, fields } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <div>
        <select
          id={name}
          value={String(fields.draft[name])}
          onChange={({ currentTarget }) => fields.onChange(name, currentTarget.value)}
          {...stateOf(props)}
        >
          {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
        </select>
      </div>
      <FieldNotes {...props} />
    </div>
  );
}

/** What decides a setting in place of the file; `undefined` where the file does. */
export function overrideOf({ config }: FieldContext, name: DraftName): string | undefined {
  if (config.sources[name] !== "variable") return undefined;
  return config.about.find((each) => each.name === name)!.variable;
}

/** Whether a field can be changed, and whether what is in it was refused. */
export function stateOf({ name, fields }: Pick<FieldProps, "name" | "fields">) {
  return {
    disabled: overrideOf(fields, name) !== undefined,
    "aria-invalid": fields.problem?.field === name,
    "aria-describedby": `${name}-notes`,
  };
}

/** The hint about a port in use names a command; here, the field is at hand. */
function problemWords(problem: Problem): string {
  const words = inPlace(problem);
  return problem.error === "port_in_use"
    ? `${words}. Choose another, or end the program that holds it`
    : words;
}

/** What is to be known of a field, with what is wrong first. */
export function FieldNotes({ name, help, fields, children }: FieldProps & {
  readonly children?: ComponentChildren;
}) {
  const variable = overrideOf(fields, name);
  const { problem } = fields;
  return (
    <div id={`${name}-notes`} class="small">
      {problem?.field === name && <p class="problem" role="alert">{problemWords(problem)}</p>}
      {variable !== undefined && (
        <p class="muted">
          Set by <code>{variable}</code>{" "}
          in the environment of codemem; it can be changed only there.
        </p>
      )}
      {help !== undefined && (
        <p class="muted">
          <Words text={help} />
        </p>
      )}
      {children}
    </div>
  );
}
