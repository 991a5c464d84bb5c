/** The name of a peer, while it is changed where it stands. */
import { useEffect, useRef } from "preact/hooks";
import { change } from "../../api.ts";
import type { PeerData } from "../../page_data.ts";
import { inPlace } from "../../parts/in_place.ts";
import { useAsking } from "../../use_asking.ts";

interface NameFormProps {
  /** By the name that is shown. */
  readonly peer: PeerData;
  /** The name that can be changed. */
  readonly given: string;
  /** Is called when the name is changed, or is to stay. */
  readonly onEnd: () => void;
}

/** A field with the name, and what is wrong with another one. */
export function NameForm(props: NameFormProps) {
  const { given, onEnd } = props;
  const { peer_device_id: id, name } = props.peer;
  const { input, problem, save } = useRename(props);
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

function useRename({ peer: { peer_device_id }, given, onEnd }: NameFormProps) {
  const input = useRef<HTMLInputElement>(null);
  const { problem, ask } = useAsking();
  useEffect(() => input.current?.select(), []);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = { peer_device_id, name: input.current!.value };
    if (wanted.name === given) return onEnd();
    const answer = await ask(change("POST", "/api/sync/peers/rename", wanted));
    if (answer.ok) return onEnd();
    input.current?.focus();
  };
  return { input, problem, save };
}
