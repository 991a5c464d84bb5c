/** The last attempts, a line each. */
import { counted, grouped } from "../../../lib/model/counted.ts";
import type { AttemptData, PeerData } from "../../page_data.ts";
import { Time } from "../../parts/time.tsx";
import { isAbsence } from "../sync/advice.ts";

/**
 * @param props.attempts newest first
 * @param props.peers by names that tell them apart
 */
export function AttemptsTable({ attempts, peers }: {
  readonly attempts: readonly AttemptData[];
  readonly peers: readonly PeerData[];
}) {
  const names = new Map(peers.map((peer) => [peer.peer_device_id, peer.name]));
  return (
    <div class="scrolls" role="region" aria-label="Table of attempts" tabindex={0}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Peer</th>
            <th scope="col" class="number" title="Changes received">In</th>
            <th scope="col" class="number" title="Changes sent">Out</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map((attempt) => (
            <tr key={`${attempt.peer_device_id} ${attempt.started_at}`}>
              <td>
                <Time at={attempt.finished_at} />
              </td>
              <td>
                {names.get(attempt.peer_device_id) ?? attempt.name ?? attempt.peer_device_id}
              </td>
              <td class="number">{grouped(attempt.pulled)}</td>
              <td class="number">{grouped(attempt.pushed)}</td>
              <td>
                <Result attempt={attempt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Result({ attempt }: { readonly attempt: AttemptData }) {
  const { ok, error, error_code: code, address, quarantined, repeats } = attempt;
  const notes = [
    ...(quarantined > 0 ? [`${counted(quarantined, "op")} could not be applied`] : []),
    ...(repeats > 1 ? [`${repeats} times`] : []),
  ];
  // A reason that names it says so already.
  const isNamed = address === null || error?.includes(address) === true;
  return (
    <>
      <span class="badge" data-tone={ok ? "good" : isAbsence(code) ? "quiet" : "bad"}>
        {ok ? "ok" : "failed"}
      </span>{" "}
      {error}{" "}
      <span class="muted small">
        {!isNamed && <span class="address">{address}{notes.length > 0 && " · "}</span>}
        {notes.join(" · ")}
      </span>
    </>
  );
}
