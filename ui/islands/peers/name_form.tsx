/** The name of a peer, while it is changed where it stands. */
import { useEffect, useRef } from "preact/hooks";
import { change } from "../../api.ts";
import type { PeerData } from "../../page_data.ts";
import { inPlace } from "../../parts/in_place.ts";
import { useAsking } from "../../use_asking.ts";

/**
 * @param props.peer by the name that is shown
 * @param props.given the name that can be changed
 * @param props.onEnd is called when the name is changed, or is to stay
 */
export function NameForm({ peer, given, onEnd }: {
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
