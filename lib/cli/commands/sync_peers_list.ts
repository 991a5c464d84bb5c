import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { peerJson } from "../../sync/report/status_json.ts";
import { peerReports } from "../../sync/report/status_report.ts";
import { defineCommand } from "../command.ts";
import { relativeTime } from "../../model/relative_time.ts";

/** Lists the devices this one is paired with. */
export const command = defineCommand({
  async run({ json }, { openStore, output, nowMs }) {
    const store = await openStore();
    const peers = peerReports(store);
    if (json) {
      output.json(peers.map(peerJson));
      return;
    }
    if (peers.length === 0) {
      output.note("No peers yet: `codemem sync pair` invites one");
      return;
    }
    output.table(
      [{ title: "NAME" }, { title: "STATE" }, { title: "SEEN" }, { title: "ADDRESS" }, {
        title: "ID",
      }, {
        title: "FINGERPRINT",
        elastic: true,
      }],
      peers.map((peer) => [
        peer.name,
        peer.state.replace("_", " "),
        peer.lastSeenAt === null ? "never" : relativeTime(peer.lastSeenAt, nowMs()),
        peer.lastGoodAddress ?? peer.addresses[0] ?? "none known",
        peer.deviceId,
        formatFingerprint(peer.fingerprint),
      ]),
    );
  },
});
