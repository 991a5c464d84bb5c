/** Takes the command that the other machine has given. */
import { useEffect, useState } from "preact/hooks";
import { formatFingerprint } from "../../../lib/model/format_fingerprint.ts";
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Countdown } from "./countdown.tsx";
import type { InviteData } from "./invite.tsx";

/** As `POST /api/sync/pairing/accept` answers. */
type AcceptedData =
  & { readonly peer_device_id: string; readonly name: string }
  & (
    | { readonly outcome: "paired" }
    | { readonly outcome: "half"; readonly reason: string } & InviteData
  );

interface KeyChanged extends Problem {
  readonly error: "key_changed";
  readonly pinned: string;
  readonly offered: string;
}

type State =
  | { readonly at: "writing"; readonly problem?: Problem }
  | { readonly at: "asking" }
  | { readonly at: "half"; readonly accepted: Extract<AcceptedData, { outcome: "half" }> };

/** A field for it, and what came of it. */
export function PairingAccept() {
  const { paired } = useLive();
  const [text, setText] = useState("");
  const [state, setState] = useState<State>({ at: "writing" });
  // Who has been paired in whichever way is no longer told what went wrong before.
  useEffect(() => {
    setState((now) => now.at === "writing" ? { at: "writing" } : now);
  }, [paired.value]);
  const accept = async (replaceKey: boolean) => {
    setState({ at: "asking" });
    const answer = await change<AcceptedData>("POST", "/api/sync/pairing/accept", {
      payload: text,
      replace_key: replaceKey,
    });
    if (!answer.ok) return setState({ at: "writing", problem: answer.problem });
    setText("");
    const accepted = answer.value;
    if (accepted.outcome === "half") return setState({ at: "half", accepted });
    setState({ at: "writing" });
    paired.value = accepted;
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void accept(false);
      }}
    >
      <h3>
        <label for="pairing-text">Or paste the command of the other machine</label>
      </h3>
      <p class="muted small" id="pairing-help">
        The whole line, as <code>codemem sync pair</code> or the page there shows it.
      </p>
      <textarea
        id="pairing-text"
        class="mono small"
        rows={4}
        spellcheck={false}
        autocomplete="off"
        value={text}
        aria-describedby="pairing-help pairing-problem"
        aria-invalid={state.at === "writing" && state.problem !== undefined}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div id="pairing-problem">
        {state.at === "writing" && isKeyChanged(state.problem)
          ? <OtherKey problem={state.problem} onReplace={() => accept(true)} />
          : state.at === "writing" && <ErrorNote problem={state.problem} />}
        {state.at === "half" && <HalfDone accepted={state.accepted} />}
      </div>
      <p>
        <button type="submit" disabled={text.trim() === "" || state.at === "asking"}>
          {state.at === "asking" ? "Pairing…" : "Pair"}
        </button>
      </p>
    </form>
  );
}

function isKeyChanged(problem: Problem | undefined): problem is KeyChanged {
  return problem?.error === "key_changed";
}

function OtherKey({ problem, onReplace }: {
  readonly problem: KeyChanged;
  readonly onReplace: () => void;
}) {
  return (
    <div class="note stack" data-tone="bad" role="alert">
      <p>
        This device is known here with another key. If you have given it a new one yourself, compare
        the second fingerprint with the one on its screen. If not, somebody else may answer in its
        place: do not go on.
      </p>
      <dl class="facts small">
        <dt>Known here</dt>
        <dd>
          <code>{formatFingerprint(problem.pinned)}</code>
        </dd>
        <dt>In the command</dt>
        <dd>
          <code>{formatFingerprint(problem.offered)}</code>
        </dd>
      </dl>
      <p>
        <button type="button" class="danger" onClick={onReplace}>
          It is mine: replace the key
        </button>
      </p>
    </div>
  );
}

function HalfDone({ accepted }: { readonly accepted: Extract<AcceptedData, { outcome: "half" }> }) {
  const { name, reason, command, expires_at: expiresAt } = accepted;
  return (
    <div class="note stack" data-tone="warn" role="alert">
      <p>
        Half done: this device trusts {name} now, but could not reach it.{" "}
        <span class="muted">{reason}</span>
      </p>
      <p>To finish, run this on {name}:</p>
      <code class="command">{command}</code>
      <div class="row apart">
        <CopyButton text={command} what="the command that finishes it" primary />
        <Countdown until={expiresAt} />
      </div>
    </div>
  );
}
