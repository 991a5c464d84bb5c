/** The first line of a peer: its name, its state, and what can be done with it. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { change } from "../../api.ts";
import type { PeerData } from "../../page_data.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { useAsking } from "../../use_asking.ts";
import { useFocusBack } from "../../use_focus_back.ts";
import { NameForm } from "./name_form.tsx";
import { PeerRemoval } from "./removal.tsx";

/**
 * The buttons are at the end of the line, so that they stay in place whatever the peer's state.
 *
 * @param props.peer by the name that is shown
 * @param props.given the name that can be changed
 * @param props.children what stands beside the name
 */
export function PeerHead({ peer, given, isEnabled, children }: {
  readonly peer: PeerData;
  readonly given: string;
  readonly isEnabled: boolean;
  readonly children: ComponentChildren;
}) {
  const { isAsking, problem, ask } = useAsking();
  const [isRenaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  useFocusBack(rename, isRenaming);
  const { peer_device_id } = peer;
  const syncNow = () => ask(change("POST", "/api/sync/actions/sync-now", { peer_device_id }));
  if (isRenaming) return <NameForm peer={peer} given={given} onEnd={() => setRenaming(false)} />;
  return (
    <>
      <div class="row apart">
        <div class="row name">
          <h3>{peer.name}</h3>
          {children}
        </div>
        <div class="row needs-script">
          <SyncNow name={peer.name} isOff={!isEnabled || isAsking} onClick={syncNow} />
          <button
            type="button"
            class="quiet"
            ref={rename}
            aria-label={`Rename ${peer.name}`}
            onClick={() => setRenaming(true)}
          >
            Rename
          </button>
          <Remove peer={peer} />
        </div>
      </div>
      <ErrorNote problem={problem} />
    </>
  );
}

function SyncNow({ name, isOff, onClick }: {
  readonly name: string;
  readonly isOff: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" aria-label={`Sync now with ${name}`} disabled={isOff} onClick={onClick}>
      Sync now
    </button>
  );
}

function Remove({ peer }: { readonly peer: PeerData }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label={`Remove ${peer.name}`}
        onClick={() => setAsking(true)}
      >
        Remove
      </button>
      {isAsking && <PeerRemoval peer={peer} onClose={() => setAsking(false)} />}
    </>
  );
}
