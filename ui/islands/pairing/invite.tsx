/** The command that pairs another machine with this one, as long as it is valid. */
import { useEffect, useState } from "preact/hooks";
import { read } from "../../api.ts";
import { useLive } from "../../live/live.ts";
import type { InviteData } from "../../page_data.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import { ErrorNote, type Problem } from "../../parts/error_note.tsx";
import { Countdown } from "./countdown.tsx";

/** As long as the longest command: its room is kept, so that nothing moves when the command arrives. */
const ROOM = "0".repeat(540);

/** Shows an invitation, and the next one when it has expired or was used. */
export function PairingInvite() {
  const { paired, connection, status } = useLive();
  const [invite, setInvite] = useState<InviteData>();
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const isLost = connection.value === "lost";
  const addresses = JSON.stringify(status.value.listeners);
  // Whoever can read an invitation can use it: it is fetched when it is shown, and never part of a page.
  useEffect(() => {
    const reading = new AbortController();
    read<InviteData>("/api/sync/pairing", reading.signal).then((answer) => {
      setProblem(answer.ok ? undefined : answer.problem);
      if (answer.ok) setInvite(answer.value);
    }, () => {});
    return () => reading.abort();
  }, [round, paired.value, isLost, addresses]);
  return (
    <div class="stack">
      <h3>Run this on the other machine</h3>
      <p class="muted small">
        codemem has to be installed there. The command works once, within ten minutes, for anyone
        who has it: do not send it to anybody.
      </p>
      <ErrorNote problem={problem} />
      {problem === undefined && <Command invite={invite} onEnd={() => setRound(round + 1)} />}
    </div>
  );
}

function Command({ invite, onEnd }: {
  readonly invite: InviteData | undefined;
  readonly onEnd: () => void;
}) {
  return (
    <>
      <div class="command reserved" aria-busy={invite === undefined}>
        <code data-testid={invite && "pairing-command"}>{invite?.command}</code>
        <span aria-hidden="true">{ROOM}</span>
      </div>
      <div class="row apart act">
        {invite !== undefined && (
          <>
            <CopyButton text={invite.command} what="the pairing command" primary />
            <Countdown until={invite.expires_at} onEnd={onEnd} />
          </>
        )}
      </div>
    </>
  );
}
