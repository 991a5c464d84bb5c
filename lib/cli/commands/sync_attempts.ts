import type { KeptAttempt } from "../../store/peers/attempts.ts";
import { defineCommand } from "../command.ts";
import type { Output } from "../output/output.ts";
import { showQuarantine } from "../output/quarantine_view.ts";
import { relativeTime } from "../../model/relative_time.ts";
import { attemptsJson } from "../../sync/report/attempts_json.ts";
import { peerNames } from "../../model/peer_names.ts";

const DEFAULT_LIMIT = 20;

/** Lists recent attempts and their results, and the ops that could not be applied. */
export const command = defineCommand({
  arguments: [{
    name: "PEER",
    optional: true,
    summary: "a name or id (default: all peers)",
  }],
  details:
    "Below them it lists the ops from other devices that could not be applied, with the reason.",
  options: {
    limit: {
      type: "integer",
      min: 1,
      max: 1_000,
      summary: `at most this many (default: ${DEFAULT_LIMIT})`,
    },
  },
  async run({ words, options, json }, { openStore, output, nowMs }) {
    const store = await openStore();
    const limit = options.limit ?? DEFAULT_LIMIT;
    const peer = words[0] === undefined ? undefined : store.peers.resolve(words[0]);
    const attempts = store.attempts.list({ limit, peerDeviceId: peer?.deviceId });
    const peers = store.peers.list();
    if (json) {
      const names = new Map(peers.map(({ deviceId, name }) => [deviceId, name]));
      return output.json(attemptsJson(attempts, names));
    }
    showAttempts(attempts, peerNames(peers), output, nowMs());
    const quarantined = store.quarantine.list(limit);
    if (quarantined.length === 0) return;
    output.line();
    output.line("Ops that could not be applied:");
    showQuarantine(quarantined, output);
  },
});

function showAttempts(
  attempts: readonly KeptAttempt[],
  names: ReadonlyMap<string, string>,
  output: Output,
  nowMs: number,
): void {
  if (attempts.length === 0) {
    output.note("No attempts yet");
    return;
  }
  output.table(
    [{ title: "WHEN" }, { title: "PEER" }, { title: "RECEIVED" }, { title: "SENT" }, {
      title: "RESULT",
      elastic: true,
    }],
    attempts.map((attempt) => [
      relativeTime(attempt.finishedAt, nowMs),
      names.get(attempt.peerDeviceId) ?? attempt.peerDeviceId,
      String(attempt.pulled),
      String(attempt.pushed),
      `${attempt.error ?? "ok"}${attempt.repeats > 1 ? ` (${attempt.repeats} times)` : ""}`,
    ]),
  );
}
