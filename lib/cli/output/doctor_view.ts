/** What an examination has found, for people: one line a finding, and what to do below it. */
import type { Judgement, Outcome } from "../../doctor/finding.ts";
import type { AddressProbe } from "../../doctor/probe_address.ts";
import { peerFailure, type PeerProbe, stagesInContext } from "../../doctor/probe_peers.ts";
import { type DoctorReport, verdictOf } from "../../doctor/report.ts";
import { counted } from "../../model/counted.ts";
import type { Output } from "./output.ts";

const LABELS: Readonly<Record<Outcome, string>> = {
  ok: "ok",
  warning: "warning",
  failed: "FAILED",
  skipped: "–",
};

/** As wide as the widest label, and two spaces on each side. */
const INDENT = 11;

/** Shows a report. */
export function showReport(report: DoctorReport, output: Output): void {
  output.styledLine("This device", "bold");
  for (const { check, subject, ...judgement } of report.findings) {
    const name = check.replaceAll("_", " ");
    showJudgement(subject === undefined ? name : `${name} (${subject})`, judgement, output);
  }
  for (const probe of report.peers) showPeer(probe, output);
  output.line();
  output.line(verdictLine(report));
}

function showPeer(probe: PeerProbe, output: Output): void {
  const { peer, addresses } = probe;
  output.line();
  output.styledLine(`${peer.name} (${peer.deviceId})`, "bold");
  for (const address of addresses) showAddress(probe, address, output);
  const failure = addresses.length === 0 ? peerFailure(probe) : undefined;
  if (failure !== undefined) {
    showJudgement(
      "addresses",
      { outcome: "failed", detail: failure.message, hint: failure.hint },
      output,
    );
  }
}

/** What is worth a word, or how it ended; the times of all stages stand behind the first of them. */
function showAddress(probe: PeerProbe, address: AddressProbe, output: Output): void {
  const stages = stagesInContext(probe, address);
  const noted = stages.filter(({ outcome }) => outcome !== "ok");
  const times = stages.map(({ stage, elapsedMs }) => `${stage} ${Math.round(elapsedMs)}`);
  const shown = noted.length > 0 ? noted : stages.slice(-1);
  for (const [index, stage] of shown.entries()) {
    const detail = index === 0 ? `${stage.detail} (ms: ${times.join(", ")})` : stage.detail;
    showJudgement(address.address, { ...stage, detail }, output);
  }
}

function showJudgement(name: string, { outcome, detail, hint }: Judgement, output: Output): void {
  const line = `  ${LABELS[outcome].padEnd(INDENT - 4)}  ${name}: ${detail}`;
  if (outcome === "ok" || outcome === "skipped") output.styledLine(line, "dim");
  else output.styledLine(line, outcome === "failed" ? "red" : "yellow");
  if (hint !== undefined) output.line(`${" ".repeat(INDENT)}hint: ${hint}`);
}

function verdictLine(report: DoctorReport): string {
  const { problems, warnings } = verdictOf(report);
  const parts = [
    ...(problems > 0 ? [counted(problems, "problem")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
  ];
  return parts.length === 0 ? "Nothing is wrong" : parts.join(", ");
}
