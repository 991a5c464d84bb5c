/** The status of sync: the answer first, then the facts behind it. */
import { useMemo } from "preact/hooks";
import { counted, grouped } from "../../../lib/model/counted.ts";
import { useLive } from "../../live/live.ts";
import type { StatusData } from "../../page_data.ts";
import { CopyButton } from "../../parts/copy_button.tsx";
import { Fingerprint } from "../../parts/fingerprint.tsx";
import { Time } from "../../parts/time.tsx";
import { Words } from "../../parts/words.tsx";
import type { IslandProps } from "../mod.ts";
import { toldApart } from "../peers/told_apart.ts";
import { discoveryWords, keyWords, serviceWords } from "./advice.ts";
import { overallStanding } from "./standing.ts";

/** The panel at the head of the page of sync. */
export function SyncStatus(_props: IslandProps) {
  const live = useLive();
  const status = live.status.value;
  const standing = overallStanding(status, {
    nowMs: live.nowMs.value,
    progress: live.progress.value,
  });
  return (
    <section class="panel" aria-labelledby="status-title">
      <h2 id="status-title" class="hidden-label">How it stands</h2>
      <div
        class="body answer"
        data-tone={standing.tone}
        data-stale={live.connection.value === "lost"}
      >
        <p class="headline" role="status">{standing.text}</p>
        <p class="muted">
          <Words text={standing.advice ?? ""} />
        </p>
      </div>
      <div class="body columns">
        <DeviceFacts status={status} />
        <NetworkFacts status={status} />
      </div>
    </section>
  );
}

function DeviceFacts({ status }: { readonly status: StatusData }) {
  const { device_id: id, device_name: name, fingerprint, live, tombstones } = status;
  return (
    <dl class="facts">
      <dt>This device</dt>
      <dd>{name}</dd>
      <dt>Device id</dt>
      <dd>
        <code>{id}</code> <CopyButton text={id} what="the id of this device" />
      </dd>
      <dt>Fingerprint</dt>
      <dd>
        {fingerprint === null
          ? <span class="muted">made when sync is turned on for the first time</span>
          : <Fingerprint value={fingerprint} of="this device" />}
      </dd>
      <dt>Memories</dt>
      <dd>
        {counted(live, "memory")}, {grouped(tombstones)} deleted
        {status.legacy_pending > 0 &&
          `; ${counted(status.legacy_pending, "memory")} being made ready`}
      </dd>
      <dt>codemem</dt>
      <dd>
        <Process status={status} />
      </dd>
      <dt>Service</dt>
      <dd>
        <Words text={serviceWords(status)} />
      </dd>
    </dl>
  );
}

function Process({ status: { daemon } }: { readonly status: StatusData }) {
  const { nowMs } = useLive();
  // Computed once a status: the uptime grows, the time of the start stays.
  const startedAt = useMemo(
    () => new Date(nowMs.peek() - (daemon.uptime_s ?? 0) * 1_000).toISOString(),
    [daemon],
  );
  return (
    <>
      version {daemon.version}, pid {daemon.pid}, started <Time at={startedAt} />
      {daemon.fault !== null && (
        <p class="problem">
          {daemon.fault.message}, <Time at={daemon.fault.at} />
        </p>
      )}
    </>
  );
}

function NetworkFacts({ status }: { readonly status: StatusData }) {
  const { listeners } = status;
  return (
    <dl class="facts">
      <dt>Listening</dt>
      <dd>
        {listeners.length === 0 && <span class="muted">not while sync is off</span>}
        <ul>
          {listeners.map((each) => (
            <Listener
              key={`${each.address} ${each.port}`}
              listener={each}
            />
          ))}
        </ul>
      </dd>
      <dt>Discovery</dt>
      <dd>{discoveryWords(status)}</dd>
      <dt>Last sync</dt>
      <dd>
        <Time at={status.last_sync_at} />
      </dd>
      <dt>Last error</dt>
      <dd>
        {status.last_error === null
          ? <span class="muted">none</span>
          : <LastError status={status} message={status.last_error} />}
      </dd>
      <dt>Key</dt>
      <dd>
        {keyWords(status)}
      </dd>
    </dl>
  );
}

function Listener({ listener }: { readonly listener: StatusData["listeners"][number] }) {
  const { address, port, listening, error, hint } = listener;
  return (
    <li>
      <code>{address}</code> port {port}{" "}
      <span class="badge" data-tone={listening ? "good" : "bad"}>
        {listening ? "listening" : "not listening"}
      </span>
      {!listening && (
        <p class="small">
          {error ?? "It has not been tried yet"}.{" "}
          <span class="muted">
            <Words text={hint ?? "Run `codemem sync doctor`, or choose another in Settings"} />
          </span>
        </p>
      )}
    </li>
  );
}

function LastError({ status, message }: { readonly status: StatusData; readonly message: string }) {
  const peer = toldApart(status.peers).find(({ last_error }) => last_error === message);
  return (
    <>
      {message}
      <p class="muted small">
        {peer === undefined ? "" : `With ${peer.name}; what to do stands beside it below. `}
        <code>codemem sync doctor</code> looks into it
      </p>
    </>
  );
}
