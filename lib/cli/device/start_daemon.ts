/** Starting this device in the background: as its service where one is installed, else detached. */
import { makePrivateFolder } from "../../files/private_folder.ts";
import { awaitDaemon, awaitSyncRuns, findDaemon } from "../../daemon/await_daemon.ts";
import type { DaemonFacts } from "../../daemon/facts.ts";
import { launchDetached } from "../../daemon/launch.ts";
import { endOfFile, readEnd, readFailure } from "../../daemon/startup_failure.ts";
import { CodememError, toCodememError } from "../../errors.ts";
import type { Service } from "../../service/service.ts";
import type { ServiceKind } from "../../service/service_place.ts";
import { pause } from "../../time/pause.ts";
import { within } from "../../time/within.ts";
import type { CommandContext } from "../command.ts";
import { installedService } from "./device_service.ts";
import { ownProgram } from "./own_program.ts";
import { explainFacts, explainPort } from "./port_holder.ts";

const START_TIMEOUT_MS = 10_000;
const LOSER_POLL_MS = 20;
const SETTLE_MS = 2_000;
/** A device that has been told to look does so at once. */
const LOOK_AGAIN_MS = 1_000;

/** A device that runs. */
export interface StartedDaemon {
  readonly facts: DaemonFacts;
  /** Whether it was started just now, and not found running. */
  readonly started: boolean;
  /** What it was started by, where that was a service. */
  readonly service: ServiceKind | null;
}

/**
 * Has this device run, with sync where that is enabled, and returns when it does.
 *
 * @throws why it does not: port_in_use, invalid_config and all else that `serve` can fail with;
 * no_service_manager, service_failed; busy where it is not ready within 10 s
 */
export async function startDaemon(context: CommandContext): Promise<StartedDaemon> {
  const started = await findOrStart(context).catch(async (error) => {
    throw await explainPort(toCodememError(error), context);
  });
  const { facts } = started;
  // One that has only just tried to listen has nothing to gain from another try.
  if (started.started) await requireSyncRuns(facts, context);
  return { ...started, facts: await requireSync(facts, context) };
}

/**
 * Requires that sync runs in a device where that is enabled. One that could not listen is told to try
 * again: the port may be free by now.
 *
 * @returns its facts as they are then
 * @throws why sync does not run
 */
export async function requireSync(
  facts: DaemonFacts,
  context: CommandContext,
): Promise<DaemonFacts> {
  if (facts.syncError === null) return facts;
  await context.announceChange();
  const tried = await awaitSyncRuns(context.paths, LOOK_AGAIN_MS) ?? facts;
  await requireSyncRuns(tried, context);
  return tried;
}

async function requireSyncRuns(facts: DaemonFacts, context: CommandContext): Promise<void> {
  if (facts.syncError === null) return;
  const { pid, syncError } = await explainFacts(facts, context);
  const { code, message, hint } = syncError!;
  throw new CodememError(code, `codemem serve runs, pid ${pid}, but sync does not: ${message}`, {
    hint: hint ?? "`codemem sync doctor` looks for what is wrong",
  });
}

async function findOrStart(context: CommandContext): Promise<StartedDaemon> {
  const { paths } = context;
  const running = await findDaemon(paths, START_TIMEOUT_MS);
  if (running !== undefined) return { facts: running, started: false, service: null };
  makePrivateFolder(paths.logs);
  const from = await endOfFile(paths.stderr);
  const service = installedService(context);
  if (service !== undefined) return await startService(context, service, from);
  const child = launchDetached({
    program: [...ownProgram(context.build, Deno.execPath()), "serve", "--json"],
    stderrPath: paths.stderr,
  });
  const failure = async () => child.hasEnded() ? await readEnd(paths.stderr, from) : undefined;
  let facts = await awaitStart(context, failure);
  // Of several that are started at once one gets the lock; the others must not wait in its place.
  while (facts.pid !== child.pid && !child.hasEnded()) {
    await pause(LOSER_POLL_MS);
    facts = await awaitStart(context, failure);
  }
  return { facts, started: facts.pid === child.pid, service: null };
}

async function startService(
  context: CommandContext,
  service: Service,
  from: number,
): Promise<StartedDaemon> {
  let refusal: CodememError | undefined;
  const starting = service.start().catch((error) => {
    refusal = toCodememError(error);
  });
  // What the program says of itself tells more than what the system says of it.
  const failure = async () => await readFailure(context.paths.stderr, from) ?? refusal;
  const facts = await awaitStart(context, failure);
  // The device runs before the system has been told so.
  await within(SETTLE_MS, starting);
  return { facts, started: true, service: service.place.kind };
}

function awaitStart(
  { paths }: CommandContext,
  failure: () => Promise<CodememError | undefined>,
): Promise<DaemonFacts> {
  return awaitDaemon(paths, { timeoutMs: START_TIMEOUT_MS, failure });
}
