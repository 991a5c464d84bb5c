/** The settings of this device: a button, and the dialog that it opens. */
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api.ts";
import type { ConfigData } from "../../page_data.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Modal } from "../../parts/modal.tsx";
import type { IslandProps } from "../mod.ts";
import { SettingsForm } from "./form.tsx";

/** Opens them as they are now. */
export function Settings(_props: IslandProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="needs-script" onClick={() => setOpen(true)}>Settings</button>
      {isOpen && <SettingsDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function SettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [config, setConfig] = useState<ConfigData>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    // They may have been changed by a command since the page was made.
    read<ConfigData>("/api/sync/config").then((answer) => {
      if (answer.ok) setConfig(answer.value);
      else setProblem(answer.problem);
    });
  }, []);
  return (
    <Modal title="Settings" onClose={onClose}>
      <ErrorNote problem={problem} />
      {config === undefined
        ? problem === undefined && <div class="settings waiting" aria-busy="true">…</div>
        : <SettingsForm config={config} onSaved={setConfig} />}
    </Modal>
  );
}
