import { findDaemon } from "../../daemon/await_daemon.ts";
import type { DaemonFacts } from "../../daemon/facts.ts";
import { formatFingerprint } from "../../model/format_fingerprint.ts";
import { CodememError } from "../../errors.ts";
import { type Acceptance, acceptInvite } from "../../sync/pairing/accept.ts";
import type { Store } from "../../store/store.ts";
import { acceptedJson } from "../../sync/pairing/pairing_json.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { inviteInForeground, makeOwnInvite, showInvite } from "../device/invite_in_foreground.ts";
import type { Output } from "../output/output.ts";
import { explainFacts } from "../device/port_holder.ts";
import { openSyncTools } from "../device/sync_tools.ts";

/** A device that is just being started is waited for. */
const STARTING_MS = 5_000;

/** Invites a device, or accepts an invitation. */
export const command = defineCommand({
  options: {
    accept: { type: "text", value: "PAYLOAD", summary: "accept the invitation of another device" },
    "replace-key": {
      type: "flag",
      summary: "allow a device that is paired already to come with a new key",
    },
  },
  details:
    "Without --accept it prints the command to run on the other device, which works once, within\n" +
    "10 minutes. If no `codemem serve` is running here, it waits until the command was used.",
  async run({ options, json }, context) {
    const daemon = options.accept === undefined ? await runningDaemon(context) : undefined;
    const tools = await openSyncTools(context);
    const replaceKey = options["replace-key"];
    if (options.accept !== undefined) {
      const accepted = await acceptInvite(tools.context, options.accept, {
        replaceKey,
        ownAddresses: tools.ownAddresses,
        signal: context.signal,
      });
      showAccepted(accepted, context.output, json);
      for (const deviceId of namesakes(tools.store, accepted)) {
        context.output.note(
          `Another entry is called ${accepted.name}, too: if it is this device as it was before a new ` +
            `identity, run \`codemem sync peers remove ${deviceId}\``,
        );
      }
      return;
    }
    if (daemon === undefined) return await inviteInForeground(tools, context, { replaceKey, json });
    if (!daemon.listeners.some(({ listening }) => listening)) throw notListening(daemon);
    showInvite(makeOwnInvite(tools, replaceKey), context.output, json);
  },
});

/** The ids of other peers of the same name: a device with a new identity leaves its old entry behind. */
function namesakes(store: Store, { deviceId, name }: Acceptance): string[] {
  return store.peers.list()
    .filter((peer) => peer.name === name && peer.deviceId !== deviceId)
    .map((peer) => peer.deviceId);
}

/**
 * Before the process gives up what it takes to see who is in the way of the device.
 *
 * @throws busy where it runs and does not come to say how it stands: nobody else can answer in its place
 */
async function runningDaemon(context: CommandContext): Promise<DaemonFacts | undefined> {
  const facts = await findDaemon(context.paths, STARTING_MS);
  return facts === undefined ? undefined : await explainFacts(facts, context);
}

function notListening({ syncError }: DaemonFacts): CodememError {
  const why = syncError === null ? "" : `: ${syncError.message}`;
  return new CodememError(
    "not_running",
    `codemem serve runs, but does not listen for other devices${why}`,
    { hint: syncError?.hint ?? "`codemem sync status` shows its state" },
  );
}

function showAccepted(accepted: Acceptance, output: Output, json: boolean): void {
  const { name, deviceId, fingerprint } = accepted;
  if (json) output.json(acceptedJson(accepted));
  else if (accepted.outcome === "paired") {
    output.line(`Paired with ${name}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
    if (!accepted.isConfirmed) {
      output.warn(`${name} could not be reached to confirm the pairing: run \`codemem sync once\``);
    }
    output.note("`codemem sync once` syncs now; a running `codemem serve` does it by itself");
  } else {
    output.note(`${name} (${deviceId}) could not be reached: ${accepted.reason}`);
    output.note(`It is pinned here. To finish, run this on ${name} within 10 minutes:`);
    output.line(accepted.finish.command);
  }
}
