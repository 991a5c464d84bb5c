/** The form of the settings. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ConfigData } from "../../page_data.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { Words } from "../../parts/words.tsx";
import { SettingsBinds } from "./binds.tsx";
import { ChoiceField, type FieldContext, SwitchField, TextField } from "./fields.tsx";
import { SettingsKeys } from "./keys.tsx";
import { useSaving } from "./use_saving.ts";

/** @param props.onSaved is given what holds after a change */
export function SettingsForm(props: {
  readonly config: ConfigData;
  readonly onSaved: (config: ConfigData) => void;
}) {
  const { fields, save, said, isAsking, isChanged } = useSaving(props);
  const { problem, draft } = fields;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const isShownAtField = problem?.field !== undefined && problem.field in draft;
  return (
    <form class="settings stack" ref={form} onSubmit={save} noValidate>
      <Usual fields={fields} />
      <Advanced fields={fields} />
      {!isShownAtField && <ErrorNote problem={problem} />}
      <div class="actions foot">
        <p role="status" class="said">
          <Words text={said} />
        </p>
        <button type="submit" class="primary" disabled={!isChanged || isAsking}>
          {isAsking ? "Saving…" : "Save"}
        </button>
      </div>
    </form>
  );
}

function Usual({ fields }: { readonly fields: FieldContext }) {
  return (
    <>
      <SwitchField name="sync_enabled" label="Sync with other devices" fields={fields} />
      <TextField name="device_name" label="Name of this device" fields={fields} />
      <SettingsBinds fields={fields} />
      <div class="pair">
        <TextField name="sync_port" label="Sync port" isNumber fields={fields} />
        <TextField
          name="sync_interval_s"
          label="Sync at least every"
          unit="seconds"
          isNumber
          fields={fields}
        />
      </div>
      <SwitchField
        name="sync_mdns"
        label="Find devices on the local network"
        help="With mDNS. Over Tailscale stored addresses are used either way."
        fields={fields}
      />
      <TextField
        name="viewer_port"
        label="Port of this page"
        help="The page moves there by itself."
        isNumber
        fields={fields}
      />
    </>
  );
}

/** Opens by itself when a setting in it is refused. */
function Advanced({ fields }: { readonly fields: FieldContext }) {
  const [isOpen, setOpen] = useState(false);
  const refused = fields.problem?.field;
  return (
    <details
      open={isOpen || refused === "sync_advertise" || refused === "log_level"}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Advanced</summary>
      <div class="stack">
        <TextField
          name="sync_advertise"
          label="Addresses told to other devices"
          help="auto, or host:port separated by commas."
          fields={fields}
        />
        <ChoiceField
          name="log_level"
          label="Log level"
          choices={["debug", "info", "warning", "error"]}
          help="Taken up at the next start: `codemem sync restart`."
          fields={fields}
        />
        <SettingsKeys />
      </div>
    </details>
  );
}
