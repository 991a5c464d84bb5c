/** The form of the settings. */
import { useEffect, useRef, useState } from "preact/hooks";
import { change } from "../../api.ts";
import type { ConfigData } from "../../page_data.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Words } from "../../parts/words.tsx";
import { SettingsBinds } from "./binds.tsx";
import { changesOf, type DraftName, draftOf, type SettingsDraft } from "./draft.ts";
import { ChoiceField, type FieldContext, SwitchField, TextField } from "./fields.tsx";
import { SettingsKeys } from "./keys.tsx";

/** @param props.onSaved is given what holds after a change */
export function SettingsForm({ config, onSaved }: {
  readonly config: ConfigData;
  readonly onSaved: (config: ConfigData) => void;
}) {
  const [draft, setDraft] = useState(draftOf(config));
  const [problem, setProblem] = useState<Problem>();
  const [said, setSaid] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isAdvancedOpen, setAdvancedOpen] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changes = changesOf(config, draft);
  const isChanged = Object.keys(changes).length > 0;
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setAsking(true);
    const answer = await change<ConfigData>("PUT", "/api/sync/config", changes);
    setAsking(false);
    setSaid("");
    setProblem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    if ("viewer_port" in changes) return moveTo(draftOf(answer.value).viewer_port);
    setSaid(savedWords(answer.value, changes));
    setDraft(draftOf(answer.value));
    onSaved(answer.value);
  };
  const fields: FieldContext = {
    config,
    draft,
    problem,
    onChange: (name, value) => {
      setSaid("");
      setDraft({ ...draft, [name]: value } as SettingsDraft);
    },
  };
  const isShownAtField = problem?.field !== undefined && problem.field in draft;
  return (
    <form class="settings stack" ref={form} onSubmit={save} noValidate>
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
      <details
        open={isAdvancedOpen || isAdvanced(problem?.field)}
        onToggle={({ currentTarget }) => setAdvancedOpen(currentTarget.open)}
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

function isAdvanced(field: string | undefined): boolean {
  return field === "sync_advertise" || field === "log_level";
}

function savedWords({ about }: ConfigData, changes: Readonly<Record<string, unknown>>): string {
  const isLater = about.some(({ name, needs_restart: needed }) => needed && name in changes);
  return isLater
    ? "Saved. Log level: from the next start on: `codemem sync restart`"
    : "Saved, and in effect";
}

/** The page is served at another address from now on. */
function moveTo(port: SettingsDraft[Extract<DraftName, "viewer_port">]): void {
  const there = new URL(location.href);
  there.port = port;
  location.assign(there);
}
