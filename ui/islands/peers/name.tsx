/** The name of a peer, which can be changed where it stands. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { change } from "../../api.ts";
import type { PeerData } from "../../page_data.ts";
import { inPlace } from "../../parts/in_place.ts";
import { useAsking } from "../../use_asking.ts";

/**
 * @param props.peer by the name that is shown
 * @param props.given the name that can be changed
 * @param props.children what stands beside the name
 */
export function PeerName({ peer, given, children }: {
  readonly peer: PeerData;
  readonly given: string;
  readonly children: ComponentChildren;
}) {
  const [isEditing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) button.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  if (isEditing) return <NameForm peer={peer} given={given} onEnd={() => setEditing(false)} />;
  return (
    <div class="row name">
      <h3>{peer.name}</h3>
      {children}
      <button
        type="button"
        class="quiet small needs-script"
        ref={button}
        aria-label={`Rename ${peer.name}`}
        onClick={() => setEditing(true)}
      >
        Rename
      </button>
    </div>
  );
}

function NameForm({ peer, given, onEnd }: {
  readonly peer: PeerData;
  readonly given: string;
  readonly onEnd: () => void;
}) {
  const { peer_device_id: id, name } = peer;
  const input = useRef<HTMLInputElement>(null);
  const { problem, ask } = useAsking();
  useEffect(() => input.current?.select(), []);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = { peer_device_id: id, name: input.current!.value };
    if (wanted.name === given) return onEnd();
    const answer = await ask(change("POST", "/api/sync/peers/rename", wanted));
    if (answer.ok) return onEnd();
    input.current?.focus();
  };
  const problemId = `rename-problem-${id}`;
  return (
    <form
      class="row name"
      onSubmit={save}
      onKeyDown={({ key }) => key === "Escape" && onEnd()}
    >
      <input
        ref={input}
        defaultValue={given}
        aria-label={`New name of ${name}`}
        aria-invalid={problem !== undefined}
        aria-describedby={problemId}
        autocomplete="off"
        spellcheck={false}
      />
      <button type="submit" class="primary">Save</button>
      <button type="button" class="quiet" onClick={onEnd}>Cancel</button>
      <p id={problemId} class="problem small" role="alert">
        {problem && inPlace(problem)}
      </p>
    </form>
  );
}
