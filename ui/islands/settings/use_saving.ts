/** The settings while they are filled in, and what comes of saving them. */
import { useState } from "preact/hooks";
import { change } from "../../api.ts";
import type { ConfigData } from "../../page_data.ts";
import { useAsking } from "../../use_asking.ts";
import { changesOf, draftOf, type SettingsDraft } from "./draft.ts";
import type { FieldContext } from "./fields.tsx";

/** @param props.onSaved is given what holds after a change */
export function useSaving({ config, onSaved }: {
  readonly config: ConfigData;
  readonly onSaved: (config: ConfigData) => void;
}) {
  const [draft, setDraft] = useState(draftOf(config));
  const [said, setSaid] = useState("");
  const { isAsking, problem, ask } = useAsking();
  const changes = changesOf(config, draft);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setSaid("");
    const answer = await ask(change<ConfigData>("PUT", "/api/sync/config", changes));
    if (!answer.ok) return;
    const saved = draftOf(answer.value);
    if ("viewer_port" in changes) return moveTo(saved.viewer_port);
    setSaid(savedWords(answer.value, changes));
    setDraft(saved);
    onSaved(answer.value);
  };
  const onChange: FieldContext["onChange"] = (name, value) => {
    setSaid("");
    setDraft({ ...draft, [name]: value } as SettingsDraft);
  };
  const fields: FieldContext = { config, draft, problem, onChange };
  return { fields, save, said, isAsking, isChanged: Object.keys(changes).length > 0 };
}

function savedWords({ about }: ConfigData, changes: Readonly<Record<string, unknown>>): string {
  const isLater = about.some(({ name, needs_restart: needed }) => needed && name in changes);
  return isLater
    ? "Saved. Log level: from the next start on: `codemem sync restart`"
    : "Saved, and in effect";
}

/** The page is served at another address from now on. */
function moveTo(port: string): void {
  const there = new URL(location.href);
  there.port = port;
  location.assign(there);
}
