/** Pairing: a command for the other machine, and room for the one that it gives. */
import { useState } from "preact/hooks";
import { change } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import { ErrorNote } from "../../parts/error_note.tsx";
import { useAsking } from "../../use_asking.ts";
import type { IslandProps } from "../mod.ts";
import { PairingAccept } from "./accept.tsx";
import { PairingInvite } from "./invite.tsx";

/** The panel of pairing. It starts open while nothing is paired. */
export function Pairing(_props: IslandProps) {
  const { status, paired } = useLive();
  const { enabled, peers } = status.value;
  const [isOpen, setOpen] = useState(peers.length === 0);
  const name = paired.value?.name;
  return (
    <section class="panel" id="pairing" aria-labelledby="pairing-title">
      <header>
        <h2 id="pairing-title">Pair a device</h2>
        {enabled && (
          <button
            type="button"
            class="needs-script"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? "Close" : "Pair a device"}
          </button>
        )}
      </header>
      <div role="status">
        {name !== undefined && (
          <p class="note" data-tone="good">
            Paired with <strong>{name}</strong>. The two sync by themselves from now on.
          </p>
        )}
      </div>
      {!enabled && <TurnOn />}
      {enabled && isOpen && (
        <div class="body columns needs-script">
          <PairingInvite />
          <PairingAccept />
        </div>
      )}
    </section>
  );
}

function TurnOn() {
  const { isAsking, problem, ask } = useAsking();
  const enable = () => ask(change("POST", "/api/sync/actions/enable"));
  return (
    <div class="body stack">
      <p>
        Sync is off. Once it is on, this device listens for the devices that you pair with it, and
        for no others.
      </p>
      <ErrorNote problem={problem} />
      <p class="needs-script">
        <button type="button" class="primary" onClick={enable} disabled={isAsking}>
          Turn sync on
        </button>
      </p>
    </div>
  );
}
