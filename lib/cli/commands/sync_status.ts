import { formatFingerprint } from "../../auth/format_fingerprint.ts";
import { readFacts } from "../../daemon/facts.ts";
import type { JsonObject } from "../../model/canonical_json.ts";
import { statusReport } from "../../sync/status_report.ts";
import { defineCommand } from "../command.ts";
import type { Output } from "../output.ts";
import { relativeTime } from "../relative_time.ts";
import { VERSION } from "../version.ts";

/** Says how sync stands, from what is kept here; asks nobody. */
export const command = defineCommand({
  async run({ json }, context) {
    const { settings } = await context.settings();
    const store = await context.openStore();
    const nowMs = context.nowMs();
    const report = statusReport(store, {
      enabled: settings.syncEnabled,
      deviceName: settings.deviceName,
      mdnsEnabled: settings.syncMdns,
      keyStore: "file",
      version: VERSION,
      daemon: await readFacts(context.paths),
      binds: settings.syncBind,
      port: settings.syncPort,
      nowMs,
    });
    if (json) context.output.json(report);
    else show(report, context.output, nowMs);
  },
});

function show(report: JsonObject, output: Output, nowMs: number): void {
  const daemon = report.daemon as JsonObject;
  output.line(`sync         ${report.enabled === true ? "enabled" : "disabled"}`);
  output.line(`device       ${report.device_name} (${report.device_id})`);
  if (typeof report.fingerprint === "string") {
    output.line(`fingerprint  ${formatFingerprint(report.fingerprint)}`);
  }
  output.line(
    `serve        ${daemon.state === "running" ? `running, pid ${daemon.pid}` : "not running"}`,
  );
  for (const listener of report.listeners as readonly JsonObject[]) {
    const state = listener.listening === true ? "listening" : listener.error ?? "not listening";
    output.line(`listener     ${listener.address} port ${listener.port}: ${state}`);
  }
  output.line(`memories     ${report.live}, ${report.tombstones} deleted`);
  if (report.legacy_pending !== 0) {
    output.line(`             ${report.legacy_pending} wait for their op`);
  }
  if (report.quarantined !== 0) {
    output.line(
      `quarantine   ${report.quarantined} ops could not be applied: \`codemem sync attempts\``,
    );
  }
  if (typeof report.last_error === "string") output.line(`last error   ${report.last_error}`);
  const peers = report.peers as readonly JsonObject[];
  if (peers.length === 0) output.line("peers        none: `codemem sync pair` invites one");
  for (const peer of peers) output.line(`peer         ${peer.name}: ${standing(peer, nowMs)}`);
}

/** How a peer stands, in words. */
function standing(peer: JsonObject, nowMs: number): string {
  const parts = [String(peer.state).replace("_", " ")];
  const { identical_at: identicalAt, ahead, behind, divergent } = peer;
  if (typeof identicalAt === "string") parts.push(`identical ${relativeTime(identicalAt, nowMs)}`);
  if (typeof behind === "number" && behind > 0) parts.push(`${behind} still to come`);
  if (typeof ahead === "number" && ahead > 0) parts.push(`${ahead} still to hand over`);
  if (Array.isArray(divergent) && divergent.length > 0) {
    parts.push(`differs in ${divergent.join(", ")}`);
  }
  if (typeof peer.last_error === "string") parts.push(peer.last_error);
  return parts.join("; ");
}
