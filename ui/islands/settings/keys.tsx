/** A new key for this device. */
import { useState } from "preact/hooks";
import { change } from "../../api.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { useAsking } from "../../use_asking.ts";

/** Says what a new key means, and asks once more before making it. */
export function SettingsKeys() {
  const { problem, ask } = useAsking();
  const [at, setAt] = useState<"" | "sure?" | "done">("");
  const rotate = async () => {
    const answer = await ask(change("POST", "/api/sync/actions/rotate-keys"));
    setAt(answer.ok ? "done" : "");
  };
  return (
    <div class="field">
      <span class="label">Key of this device</span>
      <p class="small muted">
        Other devices know this one by its key. A new one follows from it by itself: nothing has to
        be paired again, and a peer that is away meanwhile learns of it when it is back. If someone
        may have copied the key, run <code>codemem sync rotate-keys --compromised</code> instead.
      </p>
      {at === "sure?" ? <LastQuestion onYes={rotate} onNo={() => setAt("")} /> : (
        <p>
          <button type="button" onClick={() => setAt("sure?")}>Rotate keys…</button>
        </p>
      )}
      <div role="status">
        {at === "done" && <p class="note" data-tone="good">This device has a new key.</p>}
      </div>
      <ErrorNote problem={problem} />
    </div>
  );
}

function LastQuestion({ onYes, onNo }: {
  readonly onYes: () => void;
  readonly onNo: () => void;
}) {
  return (
    <div class="note stack" data-tone="warn">
      <p>
        The old key stops working on each device that has heard of the new one. There is no way
        back.
      </p>
      <p class="row">
        <button type="button" class="danger" onClick={onYes}>Rotate the keys now</button>
        <button type="button" class="quiet" onClick={onNo}>Cancel</button>
      </p>
    </div>
  );
}
