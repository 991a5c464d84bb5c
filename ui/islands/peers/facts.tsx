/** What is known of a peer. */
import type { PeerData } from "../../page_data.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import { Fingerprint } from "../../parts/fingerprint.tsx";
import { Time } from "../../parts/time.tsx";

/** When it was seen; who it is and where, behind a line that opens. */
export function PeerFacts({ peer }: { readonly peer: PeerData }) {
  return (
    <>
      <p class="small muted when">
        Last seen <Time at={peer.last_seen_at} /> · last sync <Time at={peer.last_sync_at} />
        {peer.last_good_address !== null && (
          <>
            {" · at "}
            <code>{peer.last_good_address}</code>
          </>
        )}
      </p>
      <details>
        <summary>
          Id, fingerprint and addresses<span class="hidden-label">of {peer.name}</span>
        </summary>
        <Details peer={peer} />
      </details>
    </>
  );
}

function Details({ peer }: { readonly peer: PeerData }) {
  const { peer_device_id: id, name, last_error: lastError } = peer;
  return (
    <dl class="facts small">
      <dt>Device id</dt>
      <dd>
        <code>{id}</code> <CopyButton text={id} what={`the id of ${name}`} />
      </dd>
      <dt>Fingerprint</dt>
      <dd>
        <Fingerprint value={peer.fingerprint} of={name} />
        {peer.rotated_at !== null && (
          <>
            {" "}since its key was rotated <Time at={peer.rotated_at} />
          </>
        )}
      </dd>
      <dt>Addresses</dt>
      <dd>
        <Addresses peer={peer} />
      </dd>
      <dt>Paired</dt>
      <dd>
        <Time at={peer.paired_at} />
      </dd>
      <dt>Last error</dt>
      <dd>{lastError ?? <span class="muted">none</span>}</dd>
    </dl>
  );
}

function Addresses({ peer: { addresses, last_good_address: good } }: { readonly peer: PeerData }) {
  if (addresses.length === 0) return <span class="muted">none known</span>;
  return (
    <ul>
      {addresses.map((address) => (
        <li key={address}>
          <code>{address}</code>{" "}
          {address === good && <span class="badge" data-tone="good">worked last</span>}
        </li>
      ))}
    </ul>
  );
}
