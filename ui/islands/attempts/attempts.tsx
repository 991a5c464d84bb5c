/** What became of the last passes, and what could not be taken in. */
import { useEffect, useState } from "preact/hooks";
import { counted, grouped } from "../../../lib/model/counted.ts";
import { read } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { AttemptData, PeerData, StatusData } from "../../page_data.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Time } from "../../parts/time.tsx";
import type { IslandProps } from "../mod.ts";
import { isAbsence } from "../sync/advice.ts";
import { AttemptsChart } from "./chart.tsx";

const SHOWN = 50;
/** Passes end in swarms. */
const READ_DELAY_MS = 300;

/** The panel of attempts. */
export function Attempts({ data }: IslandProps) {
  const { peers, quarantined, quarantined_ops: quarantinedOps } = useLive().status.value;
  const [peerId, setPeerId] = useState("");
  const { attempts, problem } = useAttempts(data.name === "sync" ? data.attempts : [], peerId);
  return (
    <section class="panel" aria-labelledby="attempts-title">
      <header>
        <h2 id="attempts-title">Attempts</h2>
        {peers.length > 1 && <PeerFilter peers={peers} value={peerId} onChange={setPeerId} />}
      </header>
      <ErrorNote problem={problem} />
      {attempts.length === 0
        ? <p class="empty">None yet. Every sync, good or not, is listed here.</p>
        : (
          <div class="body stack">
            <AttemptsChart attempts={attempts} />
            <AttemptsTable attempts={attempts} />
          </div>
        )}
      {quarantined > 0 && <Quarantine count={quarantined} ops={quarantinedOps} peers={peers} />}
    </section>
  );
}

/** Those of the page first, and the newest ones whenever a pass has ended. */
function useAttempts(
  initial: readonly AttemptData[],
  peerId: string,
): { readonly attempts: readonly AttemptData[]; readonly problem: Problem | undefined } {
  const { synced, connection } = useLive();
  const [attempts, setAttempts] = useState(initial);
  const [problem, setProblem] = useState<Problem>();
  const ended = synced.value;
  const isLive = connection.value === "live";
  useEffect(() => {
    if (!isLive) return;
    const reading = new AbortController();
    const filter = peerId === "" ? "" : `&peer_device_id=${encodeURIComponent(peerId)}`;
    const timer = setTimeout(async () => {
      const path = `/api/sync/attempts?limit=${SHOWN}${filter}`;
      const answer = await read<{ attempts: AttemptData[] }>(path, reading.signal)
        .catch(() => undefined);
      if (answer === undefined) return;
      if (answer.ok) setAttempts(answer.value.attempts);
      setProblem(answer.ok ? undefined : answer.problem);
    }, READ_DELAY_MS);
    return () => {
      clearTimeout(timer);
      reading.abort();
    };
  }, [ended, peerId, isLive]);
  return { attempts, problem };
}

function PeerFilter({ peers, value, onChange }: {
  readonly peers: readonly PeerData[];
  readonly value: string;
  readonly onChange: (peerId: string) => void;
}) {
  return (
    <div class="choice needs-script">
      <label class="muted" for="attempts-peer">Peer</label>
      <select
        id="attempts-peer"
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        <option value="">all</option>
        {peers.map(({ peer_device_id: id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </div>
  );
}

function AttemptsTable({ attempts }: { readonly attempts: readonly AttemptData[] }) {
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
              <td>{attempt.name ?? attempt.peer_device_id}</td>
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
        {notes.join(" · ")}
        {!isNamed && (
          <>
            {notes.length > 0 && " · "}
            <span class="address">{address}</span>
          </>
        )}
      </span>
    </>
  );
}

function Quarantine({ count, ops, peers }: {
  readonly count: number;
  readonly ops: StatusData["quarantined_ops"];
  readonly peers: readonly PeerData[];
}) {
  const names = new Map(peers.map(({ peer_device_id: id, name }) => [id, name]));
  return (
    <div class="body stack quarantine">
      <h3>{counted(count, "change")} could not be taken in</h3>
      <p class="muted small">
        Each is kept as it came and tried again whenever codemem starts. Updating codemem on this
        device helps where a newer version has sent it.
        {count > ops.length && ` The newest ${ops.length} are listed.`}
      </p>
      <ul class="stack">
        {ops.map((op) => (
          <li key={op.op_id} class="note" data-tone="warn">
            <p>{op.reason.replaceAll("_", " ")}: {op.detail}</p>
            <p class="muted small">
              {op.entity_id !== null && (
                <>
                  memory <code>{op.entity_id}</code> ·{" "}
                </>
              )}
              {op.received_from && (
                <>from {names.get(op.received_from) ?? op.received_from} ·{" "}</>
              )}
              <Time at={op.received_at} />
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
