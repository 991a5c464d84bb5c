/** An invitation of this device while no daemon runs: the command itself stays to answer. */
import { CodememError, EXIT, toCodememError } from "../../errors.ts";
import { startSync } from "../../runtime/sync_service.ts";
import { type MadeInvite, makeInvite } from "../../sync/pairing/invite.ts";
import type { Paired } from "../../sync/pairing/pairing_handler.ts";
import { inviteJson } from "../../sync/pairing/pairing_json.ts";
import { within } from "../../time/within.ts";
import type { CommandContext } from "../command.ts";
import type { Output } from "../output/output.ts";
import { explainPort } from "./port_holder.ts";
import type { SyncTools } from "./sync_tools.ts";
import { VERSION } from "../version.ts";

/** The other device makes sure that it is known here right after it has been pinned. */
const CONFIRMATION_MS = 30_000;

/** How the command is to behave. */
export interface ForegroundOptions {
  readonly replaceKey: boolean;
  readonly json: boolean;
}

/** Makes an invitation of this device. */
export function makeOwnInvite({ context, ownAddresses }: SyncTools, replaceKey: boolean) {
  return makeInvite(context, { addresses: ownAddresses, replaceKey, pinned: false });
}

/**
 * Listens until another device has come by the invitation and both are sure of it.
 *
 * @returns the exit code
 * @throws invite_expired, interrupted, and what listening can fail with
 */
export async function inviteInForeground(
  tools: SyncTools,
  context: CommandContext,
  { replaceKey, json }: ForegroundOptions,
): Promise<number> {
  const { settings, store, identity } = tools;
  const { output, signal, nowMs } = context;
  const paired = Promise.withResolvers<Paired>();
  const confirmed = Promise.withResolvers<void>();
  const service = await startSync({
    store,
    identity,
    settings,
    version: VERSION,
    nowMs,
    loop: false,
    onPaired: paired.resolve,
    onConfirmed: () => confirmed.resolve(),
  }).catch(async (error) => {
    throw await explainPort(toCodememError(error), context);
  });
  try {
    const made = makeOwnInvite(tools, replaceKey);
    showInvite(made, output, json);
    output.note("Waiting for the other device; Ctrl-C ends it");
    const peer = await within(made.expiresAtMs - nowMs(), paired.promise, signal);
    if (peer === undefined) throw expired();
    const isConfirmed = await within(CONFIRMATION_MS, confirmed.promise.then(() => true), signal);
    if (!json) output.line(`Paired with ${peer.name}`);
    if (isConfirmed !== true) output.warn(`${peer.name} has not confirmed the pairing`);
    return EXIT.ok;
  } finally {
    await service.stop();
  }
}

/** Shows an invitation. */
export function showInvite(invite: MadeInvite, output: Output, json: boolean): void {
  if (json) return output.json(inviteJson(invite));
  output.note("Run this on the other device within 10 minutes:");
  output.line(invite.command);
}

function expired(): CodememError {
  return new CodememError("invite_expired", "The invitation has expired", {
    hint: "Run `codemem sync pair` again",
  });
}
