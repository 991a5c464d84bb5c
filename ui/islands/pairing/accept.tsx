/** Takes the command that the other machine has given. */
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { HalfDone, type KeyChanged, OtherKey } from "./accept_outcome.tsx";
import { type Accepting, useAccepting } from "./use_accepting.ts";

/** A field for it, and what came of it. */
export function PairingAccept() {
  const { text, setText, state, accept } = useAccepting();
  const isAsking = state.at === "asking";
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
        <Outcome state={state} onReplace={() => accept(true)} />
      </div>
      <p>
        <button type="submit" disabled={text.trim() === "" || isAsking}>
          {isAsking ? "Pairing…" : "Pair"}
        </button>
      </p>
    </form>
  );
}

function Outcome({ state, onReplace }: {
  readonly state: Accepting;
  readonly onReplace: () => void;
}) {
  if (state.at === "half") return <HalfDone accepted={state.accepted} />;
  if (state.at === "asking") return null;
  const { problem } = state;
  return isKeyChanged(problem)
    ? <OtherKey problem={problem} onReplace={onReplace} />
    : <ErrorNote problem={problem} />;
}

function isKeyChanged(problem: Problem | undefined): problem is KeyChanged {
  return problem?.error === "key_changed";
}
