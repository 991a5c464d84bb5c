/** What became of the last passes. */
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { AttemptData, PeerData } from "../../page_data.ts";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import type { IslandProps } from "../mod.ts";
import { toldApart } from "../peers/told_apart.ts";
import { AttemptsChart } from "./chart.tsx";
import { Quarantine } from "./quarantine.tsx";
import { AttemptsTable } from "./table.tsx";

const SHOWN = 50;
/** Several passes often end within a moment: they are read once. */
const READ_DELAY_MS = 300;

/** The panel of attempts. */
export function Attempts({ data }: IslandProps) {
  const { peers: paired, quarantined, quarantined_ops: quarantinedOps } = useLive().status.value;
  const peers = toldApart(paired);
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
            <AttemptsTable attempts={attempts} peers={peers} />
          </div>
        )}
      {quarantined > 0 && <Quarantine count={quarantined} ops={quarantinedOps} peers={peers} />}
    </section>
  );
}

/** The attempts that came with the page, and the newest ones whenever a pass has ended. */
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
