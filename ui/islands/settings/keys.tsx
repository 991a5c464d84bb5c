/** A new key for this device. */
import { useState } from "preact/hooks";
import { change } from "../../api.ts";
import type { Problem } from "../../parts/error_note.tsx";
import { Words } from "../../parts/words.tsx";

/** Asks once more before it does anything, and says what it means. */
export function SettingsKeys() {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [isDone, setDone] = useState(false);
  const rotate = async () => {
    const answer = await change("POST", "/api/sync/actions/rotate-keys");
    setAsking(false);
    setDone(answer.ok);
    setProblem(answer.ok ? undefined : answer.problem);
  };
  return (
    <div class="field">
      <span class="label">Key of this device</span>
      <p class="small muted">
        Other devices know this one by its key. A new one follows from it by itself: nothing has to
        be paired again, and a peer that is away meanwhile learns of it when it is back. If someone
        may have copied the key, run <code>codemem sync rotate-keys --compromised</code> instead.
      </p>
      {isAsking
        ? (
          <div class="note stack" data-tone="warn">
            <p>
              The old key stops working on each device that has heard of the new one. There is no
              way back.
            </p>
            <p class="row">
              <button type="button" class="danger" onClick={rotate}>Rotate the keys now</button>
              <button type="button" class="quiet" onClick={() => setAsking(false)}>Cancel</button>
            </p>
          </div>
        )
        : (
          <p>
            <button type="button" onClick={() => setAsking(true)}>Rotate keys…</button>
          </p>
        )}
      <div role="status">
        {isDone && <p class="note" data-tone="good">This device has a new key.</p>}
        {problem !== undefined && (
          <div class="note" data-tone="bad">
            <p>{problem.message}</p>
            <p class="small">
              <Words text={problem.hint ?? ""} />
            </p>
          </div>
        )}
      </div>
    </div>
  );
}
