/** A report, in the names of the JSON that is shown. */
import type { Finding } from "./finding.ts";
import type { PeerProbe } from "./probe_peers.ts";
import { type DoctorReport, verdictOf } from "./report.ts";
import type { StageResult } from "./stages.ts";

/** Encodes a report. */
export function reportJson(report: DoctorReport) {
  return {
    ok: verdictOf(report).problems === 0,
    findings: report.findings.map(findingJson),
    peers: report.peers.map(peerJson),
  };
}

// Members that are undefined are left out.
function findingJson({ check, subject, outcome, detail, hint, elapsedMs }: Finding) {
  return { check, subject, outcome, detail, hint, elapsed_ms: rounded(elapsedMs) };
}

function peerJson({ peer, addresses }: PeerProbe) {
  return {
    peer_device_id: peer.deviceId,
    name: peer.name,
    addresses: addresses.map(({ address, stages }) => ({
      address,
      stages: stages.map(stageJson),
    })),
  };
}

function stageJson({ stage, outcome, detail, hint, error, elapsedMs }: StageResult) {
  return {
    stage,
    ok: outcome !== "failed",
    outcome,
    detail,
    hint,
    error: error?.code,
    elapsed_ms: rounded(elapsedMs),
  };
}

/** Tenths of a millisecond say enough. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
