import { type CodememError, framesOf, systemCode, toCodememError } from "../../errors.ts";
import { saveSettings } from "../../config/save.ts";
import type { Settings } from "../../config/schema.ts";
import type { DaemonFacts } from "../../daemon/facts.ts";
import { SettingsWatch } from "../../daemon/settings_watch.ts";
import { formatAddress } from "../../model/address.ts";
import { closeAll } from "../../runtime/close_all.ts";
import { type LogLine, openLog } from "../../runtime/log.ts";
import { removeLeftovers } from "../../store/backup/leftovers.ts";
import { openRuntime, type Runtime } from "../../runtime/runtime.ts";
import type { SyncEvents } from "../../runtime/sync_service.ts";
import { needsProgram, notifier, type Notify } from "../../service/notify.ts";
import { runProgram } from "../../service/run_program.ts";
import { runsAsService } from "../../service/service_place.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { counted } from "../../model/counted.ts";
import { listenersJson, showListeners } from "../output/daemon_view.ts";
import { importUpstreamOnce } from "../device/first_start.ts";
import { makeOwnInvite, showInvite } from "../device/invite_in_foreground.ts";
import { logLine } from "../output/log_line.ts";
import { ownServicePlace } from "../device/own_service_place.ts";
import { usesKeychain } from "../../runtime/identity_place.ts";
import { ownIdentityPlace } from "../device/own_identity_place.ts";
import { serviceReport } from "../output/service_report.ts";
import { explainPort } from "../device/port_holder.ts";
import { catchStrayFailures } from "../stray_failures.ts";
import { openSyncTools } from "../device/sync_tools.ts";
import { VERSION } from "../version.ts";

/** Runs this device in the foreground: viewer, and with sync enabled also listener and loop. */
export const command = defineCommand({
  options: {
    "enable-sync": { type: "flag", summary: "enable sync first" },
    invite: { type: "flag", summary: "print the command that pairs another device" },
  },
  details: "Ctrl-C ends it. Changed settings take effect while it runs, except the log level.",
  async run({ options, json }, context) {
    const { paths, output, signal } = context;
    if (options["enable-sync"]) await saveSettings(paths.config, { sync_enabled: true });
    await using serving = await startServing(context, { json }).catch((error) => {
      // What was ended while it was starting has ended as it should.
      if (signal.aborted) return undefined;
      throw error;
    });
    if (serving === undefined) return;
    const { runtime, settings, tell } = serving;
    if (json) output.json(listenersJson(runtime.facts));
    else showListeners(runtime.facts, output);
    await tell("READY=1", `STATUS=${statusLine(runtime)}`);
    if (options.invite && settings.syncEnabled) {
      showInvite(
        makeOwnInvite(await openSyncTools(context, { keepsPermissions: true }), false),
        output,
        false,
      );
    }
    await aborted(signal);
  },
});

/** A device that runs in this process. */
interface Serving extends AsyncDisposable {
  readonly runtime: Runtime;
  /** With which it was started. */
  readonly settings: Settings;
  /** Tells the service manager, where one runs this process. */
  readonly tell: Notify;
}

async function startServing(
  context: CommandContext,
  { json }: { readonly json: boolean },
): Promise<Serving> {
  const { paths, output } = context;
  const { settings } = await context.settings();
  const store = await context.openStore({ keepsPermissions: true, isDaemon: true });
  const showsLog = output.showsProgress && !json;
  const show = (line: LogLine) => output.note(logLine(line, context.nowMs()));
  const log = await openLog(paths.logs, {
    level: settings.logLevel,
    show: showsLog ? show : undefined,
  });
  const watch = new SettingsWatch(paths.config, {
    onChange: () => takeUpSettings(context, runtime, log),
    onFault: (error) => runtime.noteFault(error),
  });
  // Whoever ends it, as for a restart, does not wait for a keychain as well.
  const place = ownIdentityPlace(context, { store, settings }, context.signal);
  const dropPermissions = () =>
    context.dropPermissions(usesKeychain(place) || needsProgram(context.env) ? ["programs"] : []);
  const runtime: Runtime = await openRuntime({
    ...{ settings, store, keychain: place.keychain },
    ...ofProcess(context),
    async prepare() {
      await removeLeftovers(paths.database).catch((error) => logFault(log, error));
      await importUpstreamOnce(context, store, (error) => logFault(log, error));
      dropPermissions();
    },
    ...loggedEvents(log, (name) => json || showsLog || output.note(`Paired with ${name}`)),
    onPoll: () => watch.look(),
  }).catch(async (error) => {
    throw await explainPort(toCodememError(error), context);
  });
  // A key that was to be made may be in a file now.
  dropPermissions();
  return { settings, ...served(runtime, { watch, log, env: context.env }) };
}

/** What a device takes over from the process that it runs in. */
function ofProcess(context: CommandContext) {
  const { paths, nowMs, build, env } = context;
  const service = ownServicePlace(context);
  return {
    ...{ paths, nowMs, version: VERSION, browserScript: build.browserScript },
    readSettings: () => context.settings(),
    service: (facts: DaemonFacts) => serviceReport(service, facts),
    asService: runsAsService(env, service, Deno.pid),
  };
}

/** A device that runs, until it is disposed of. */
function served(
  runtime: Runtime,
  { watch, log, env }: {
    readonly watch: SettingsWatch;
    readonly log: Log;
    readonly env: CommandContext["env"];
  },
): Omit<Serving, "settings"> {
  const letStray = catchStrayFailures((failure) => runtime.noteFault(failure));
  const notify = notifier(env, runProgram);
  const tell: Notify = (...notices) =>
    notify(...notices).catch((failure) => runtime.noteFault(failure));
  return {
    runtime,
    tell,
    [Symbol.asyncDispose]: () =>
      closeAll([
        () => tell("STOPPING=1"),
        () => runtime.close(),
        () => watch.settled(),
        letStray,
        () => log.close(),
      ]),
  };
}

/** What sync tells of itself, for the log. @param onPaired is given the name of the other device */
function loggedEvents(log: Log, onPaired: (name: string) => void): SyncEvents {
  return {
    onSynced({ peer, attempt, error, isRecorded }) {
      const facts = { peer: peer.deviceId, pulled: attempt.pulled, pushed: attempt.pushed };
      if (error === undefined) log.debug("pass ended", facts);
      else if (!isRecorded) log.debug("pass failed again", { ...facts, code: error.code });
      else log.info("pass failed", { ...facts, code: error.code, message: error.message });
    },
    onPaired({ deviceId, name }) {
      log.info("paired", { peer: deviceId, name });
      onPaired(name);
    },
    onFault: (error) => logFault(log, error),
  };
}

type Log = Awaited<ReturnType<typeof openLog>>;

function logFault(log: Log, error: CodememError): void {
  log.error(error.message, {
    code: error.code,
    cause: systemCode(error.cause),
    stack: framesOf(error.cause),
  });
}

async function takeUpSettings(context: CommandContext, runtime: Runtime, log: Log): Promise<void> {
  try {
    const { settings } = await context.settings();
    await runtime.apply(settings);
    log.info("settings applied", {});
  } catch (thrown) {
    const error = toCodememError(thrown);
    logFault(log, error);
    context.output.warn(`the changed settings could not be applied: ${error.message}`);
  }
}

/** What `systemctl status` shows. */
function statusLine({ facts }: Runtime): string {
  const { host, port } = facts.viewer;
  const open = facts.listeners.filter(({ listening }) => listening).length;
  const isOff = facts.listeners.length === 0;
  const sync = isOff ? "sync disabled" : `sync on ${counted(open, "address")}`;
  return `viewer on ${formatAddress({ host, port })}, ${sync}`;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
