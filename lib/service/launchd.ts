/** The service in launchd, by way of launchctl(1): an agent of the user who is logged in. */
import { CodememError } from "../errors.ts";
import type { ServiceDefinition } from "./definition.ts";
import { launchdPlist } from "./launchd_plist.ts";
import type { RunProgram } from "./run_program.ts";
import type { Service, ServiceState } from "./service.ts";
import { readServiceFile, restoreServiceFile, writeServiceFile } from "./service_file.ts";
import type { ServicePlace } from "./service_place.ts";

/** EINPROGRESS: the process is told to end, and is still at it. */
const ENDING = 36;

/** The service of that place. @param uid the user whose session it belongs to */
export function launchdService(place: ServicePlace, uid: number, run: RunProgram): Service {
  const { name, path } = place;
  const domain = `gui/${uid}`;
  const target = `${domain}/${name}`;
  const launchctl = (...args: string[]) => callLaunchctl(run, args);
  /** What launchd says of it; `undefined` where it has not loaded it. */
  const loaded = async () => {
    const end = await run("launchctl", ["print", target]);
    return end?.code === 0 ? end.stdout : undefined;
  };
  const unload = async () => {
    if (await loaded() !== undefined) await callLaunchctl(run, ["bootout", target], [0, ENDING]);
  };
  return {
    ...place,
    async install(definition: ServiceDefinition) {
      const text = launchdPlist(name, definition);
      await requireSession(run, domain);
      await unload();
      const earlier = await readServiceFile(path);
      try {
        await writeServiceFile(path, text);
        // Loading it starts it, too; what was disabled would not be loaded.
        await launchctl("enable", target);
      } catch (error) {
        await restoreServiceFile(path, earlier);
        throw error;
      }
    },
    async uninstall() {
      await requireSession(run, domain);
      await unload();
      await restoreServiceFile(path, undefined);
    },
    async start() {
      await requireSession(run, domain);
      if (await loaded() === undefined) await launchctl("bootstrap", domain, path);
      else await launchctl("kickstart", target);
    },
    /** It may still be ending then: the lock tells when it has. */
    async stop() {
      await requireSession(run, domain);
      // To signal it would not do: launchd starts again what a signal has ended.
      await unload();
    },
    async state(): Promise<ServiceState> {
      await requireSession(run, domain);
      const isLoaded = await loaded() !== undefined;
      return { enabled: await readServiceFile(path) !== undefined, active: isLoaded };
    },
  };
}

/** @throws service_failed with what launchctl says of it */
async function callLaunchctl(
  run: RunProgram,
  args: readonly string[],
  fine: readonly number[] = [0],
): Promise<void> {
  const end = await run("launchctl", args);
  if (end !== undefined && fine.includes(end.code)) return;
  const words = end?.stderr.split("\n")[0] || `it ended with ${end?.code ?? "nothing"}`;
  throw new CodememError("service_failed", `launchctl ${args.join(" ")}: ${words}`, {
    hint: "The log of the system says more: Console, or `log show --last 5m`",
  });
}

async function requireSession(run: RunProgram, domain: string): Promise<void> {
  const end = await run("launchctl", ["print", domain]);
  if (end?.code === 0) return;
  throw new CodememError("no_service_manager", "launchd has no session of this user here", {
    hint: "Log in at the screen; without a service, `codemem sync start` runs it in the background",
  });
}
