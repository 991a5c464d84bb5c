/** A port that this device wants and another program holds: who that is, and what to do about it. */
import { type ResolvedSettings, usedVariable } from "../../config/resolve.ts";
import type { DaemonFacts } from "../../daemon/facts.ts";
import type { WantedPort } from "../../doctor/port_owner.ts";
import { type CodememError, reworded } from "../../errors.ts";
import type { CommandContext } from "../command.ts";

/** What is to be told of a port. */
interface Told {
  readonly port: number;
  /** Who holds it: "nginx (pid 7)"; `undefined` where that does not show. */
  readonly holder: string | undefined;
  /** What to do where it stays there. */
  readonly otherwise: string;
}

/**
 * The same failure with the name of who holds the port, where that shows, and with what chooses another
 * port here. Failures of another kind stay as they are.
 *
 * Most shows while the process may still do everything: what /proc tells is for such a one alone.
 *
 * @param options.daemonPid of the device, where it runs and holds ports itself
 */
export async function explainPort(
  error: CodememError,
  context: CommandContext,
  { daemonPid }: { readonly daemonPid?: number | undefined } = {},
): Promise<CodememError> {
  if (error.code !== "port_in_use") return error;
  const resolved = await context.settings();
  const wanted = wantedPorts(resolved, daemonPid);
  const told = await lookAtPorts(wanted, error.details.field);
  if (told === undefined) return error;
  const hint = `End it, or ${told.otherwise}`;
  return reworded(error, messageOf(told) ?? error.message, hint);
}

/** The facts of a running device, with its failure to listen explained as by {@link explainPort}. */
export async function explainFacts(
  facts: DaemonFacts,
  context: CommandContext,
): Promise<DaemonFacts> {
  const { syncError } = facts;
  if (syncError?.code !== "port_in_use") return facts;
  const resolved = await context.settings();
  const binds = facts.listeners.map(({ address }) => address);
  const port = facts.listeners[0]?.port ?? resolved.settings.syncPort;
  const variable = usedVariable("sync_port", resolved);
  const wanted = { setting: "sync_port", variable, port, binds, daemonPid: facts.pid };
  const told = await lookAtPorts([wanted], "sync_port");
  if (told === undefined) return facts;
  const hint = `End it and run \`codemem sync restart\`, or ${told.otherwise}`;
  const reason = told.holder === undefined ? undefined : `${told.holder} holds the port`;
  const listeners = facts.listeners.map((listener) =>
    listener.listening ? listener : { ...listener, error: reason ?? listener.error, hint }
  );
  const message = messageOf(told) ?? syncError.message;
  return { ...facts, syncError: { ...syncError, message, hint }, listeners };
}

function messageOf({ port, holder }: Told): string | undefined {
  return holder === undefined ? undefined : `Cannot listen on port ${port}: ${holder} holds it`;
}

/** @param setting of the port that the failure is about, where that is known */
async function lookAtPorts(
  wanted: readonly WantedPort[],
  setting: unknown,
): Promise<Told | undefined> {
  // A port is seldom held, and status looks here each time.
  const { findOther, findPortOwners, otherPort, ownerName } = await import(
    "../../doctor/port_owner.ts"
  );
  const { programOutput } = await import("./program_output.ts");
  for (const each of wanted) {
    const owners = await findPortOwners(each.port, { os: Deno.build.os, programOutput });
    const other = findOther(each, owners ?? []);
    if (other === undefined) continue;
    return { port: each.port, holder: ownerName(other), otherwise: otherPort(each) };
  }
  const named = wanted.find((each) => each.setting === setting);
  return named && { port: named.port, holder: undefined, otherwise: otherPort(named) };
}

function wantedPorts(
  resolved: ResolvedSettings,
  daemonPid: number | undefined,
): WantedPort[] {
  const { syncEnabled, syncBind, syncPort, viewerHost, viewerPort } = resolved.settings;
  const viewer = { setting: "viewer_port", port: viewerPort, binds: [viewerHost] };
  const sync = { setting: "sync_port", port: syncPort, binds: syncBind };
  return (syncEnabled ? [viewer, sync] : [viewer])
    .map((port) => ({ ...port, variable: usedVariable(port.setting, resolved), daemonPid }));
}
