import { formatFingerprint } from "../../auth/format_fingerprint.ts";
import { readFacts } from "../../daemon/facts.ts";
import { CodememError, EXIT } from "../../errors.ts";
import { formatTimestamp } from "../../model/timestamp.ts";
import { loadIdentity } from "../../runtime/identity.ts";
import { startSync } from "../../runtime/sync_service.ts";
import { type Acceptance, acceptInvite } from "../../sync/accept.ts";
import { type MadeInvite, makeInvite } from "../../sync/invite.ts";
import type { Paired } from "../../sync/pairing_desk.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { Output } from "../output.ts";
import { openSyncTools, type SyncTools } from "../sync_tools.ts";
import { VERSION } from "../version.ts";

/** Invites a device, or accepts an invitation. */
export const command = defineCommand({
  options: {
    accept: { type: "text", value: "PAYLOAD", summary: "accept the invitation of another device" },
    "replace-key": {
      type: "flag",
      summary: "let a device that is known come with a new key",
    },
  },
  details:
    "Without --accept it prints the command to run on the other device. While no `codemem serve`\n" +
    "runs here, it stays to answer until that has happened.",
  async run({ options, json }, context) {
    const tools = await openSyncTools(context);
    const replaceKey = options["replace-key"];
    if (options.accept !== undefined) {
      const accepted = await acceptInvite(tools.context, options.accept, {
        replaceKey,
        ownAddresses: tools.ownAddresses,
        signal: context.signal,
      });
      return showAccepted(accepted, context.output, json);
    }
    const daemon = await readFacts(context.paths);
    if (daemon === undefined) return await inviteInForeground(tools, context, { replaceKey, json });
    if (!daemon.listeners.some(({ listening }) => listening)) {
      throw new CodememError(
        "not_running",
        "codemem serve runs, but does not listen for other devices",
        {
          hint: daemon.syncError ?? "`codemem sync status` says why",
        },
      );
    }
    showInvite(invite(tools, replaceKey), context.output, json);
  },
});

function invite({ context, ownAddresses }: SyncTools, replaceKey: boolean): MadeInvite {
  return makeInvite(context, { addresses: ownAddresses, replaceKey, pinned: false });
}

/** Nobody else answers for this device: listen here until the invitation is used or has expired. */
async function inviteInForeground(
  tools: SyncTools,
  context: CommandContext,
  options: { readonly replaceKey: boolean; readonly json: boolean },
): Promise<number> {
  const { settings, store } = tools;
  const identity = await loadIdentity({
    store,
    keysDir: context.paths.keys,
    settings,
  });
  const paired = Promise.withResolvers<Paired>();
  const service = await startSync({
    store,
    identity,
    settings,
    version: VERSION,
    nowMs: context.nowMs,
    loop: false,
    onPaired: paired.resolve,
  });
  try {
    const made = invite(tools, options.replaceKey);
    showInvite(made, context.output, options.json);
    context.output.note("Waiting for the other device; Ctrl-C ends it");
    const peer = await waitFor(paired.promise, made.expiresAtMs - context.nowMs(), context.signal);
    await lingerForConfirmation(context.signal);
    if (!options.json) context.output.line(`Paired with ${peer.name}`);
    return EXIT.ok;
  } finally {
    await service.stop();
  }
}

/** The other device makes sure that it is known here, right after it has been pinned. */
const CONFIRMATION_MS = 2_000;

function lingerForConfirmation(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CONFIRMATION_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

function waitFor(paired: Promise<Paired>, timeoutMs: number, signal: AbortSignal): Promise<Paired> {
  return new Promise((resolve, reject) => {
    const expired = new CodememError("invite_expired", "The invitation has expired", {
      hint: "Run `codemem sync pair` again",
    });
    const timer = setTimeout(() => reject(expired), timeoutMs);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    paired.then(resolve).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  });
}

function showInvite(
  { payload, command, expiresAtMs }: MadeInvite,
  output: Output,
  json: boolean,
): void {
  const expiresAt = formatTimestamp(expiresAtMs);
  if (json) {
    output.json({ payload, command, expires_at: expiresAt });
    return;
  }
  output.note("Run this on the other device within 10 minutes:");
  output.line(command);
}

function showAccepted(accepted: Acceptance, output: Output, json: boolean): void {
  const { name, deviceId, fingerprint } = accepted;
  if (json) output.json(acceptedJson(accepted));
  else if (accepted.outcome === "paired") {
    output.line(`Paired with ${name}`);
    output.line(`fingerprint  ${formatFingerprint(fingerprint)}`);
    output.note("`codemem sync once` syncs now; a running `codemem serve` does it by itself");
  } else {
    output.note(`${name} (${deviceId}) could not be reached: ${accepted.reason}`);
    output.note(`It is pinned here. To finish, run this on ${name} within 10 minutes:`);
    output.line(accepted.finish.command);
  }
}

function acceptedJson(accepted: Acceptance) {
  const { outcome, deviceId, name, fingerprint } = accepted;
  const peer = { outcome, peer_device_id: deviceId, name, fingerprint };
  if (accepted.outcome === "paired") return peer;
  const { payload, command, expiresAtMs } = accepted.finish;
  return {
    ...peer,
    reason: accepted.reason,
    payload,
    command,
    expires_at: formatTimestamp(expiresAtMs),
  };
}
