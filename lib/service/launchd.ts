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

/** The service of a place in launchd. */
export class LaunchdService implements Service {
  readonly place: ServicePlace;
  readonly #run: RunProgram;
  /** The session of the user, as launchd calls it. */
  readonly #domain: string;
  /** The service in that session. */
  readonly #target: string;

  /** @param uid the user whose session the service belongs to */
  constructor(place: ServicePlace, uid: number, run: RunProgram) {
    this.place = place;
    this.#run = run;
    this.#domain = `gui/${uid}`;
    this.#target = `${this.#domain}/${place.name}`;
  }

  async install(definition: ServiceDefinition): Promise<void> {
    const { name, path } = this.place;
    const text = launchdPlist(name, definition);
    await this.#requireSession();
    await this.#unload();
    const earlier = await readServiceFile(path);
    try {
      await writeServiceFile(path, text);
      // A service that is disabled would not be loaded. Loading it starts it, too.
      await this.#launchctl(["enable", this.#target]);
    } catch (error) {
      await restoreServiceFile(path, earlier);
      throw error;
    }
  }

  async uninstall(): Promise<void> {
    await this.#requireSession();
    await this.#unload();
    await restoreServiceFile(this.place.path, undefined);
  }

  async start(): Promise<void> {
    await this.#requireSession();
    if (await this.#isLoaded()) await this.#launchctl(["kickstart", this.#target]);
    else await this.#launchctl(["bootstrap", this.#domain, this.place.path]);
  }

  /** The process may still be ending then: the lock tells when it has. */
  async stop(): Promise<void> {
    await this.#requireSession();
    // A signal would not do: launchd starts again what a signal has ended.
    await this.#unload();
  }

  async state(): Promise<ServiceState> {
    await this.#requireSession();
    const active = await this.#isLoaded();
    return { enabled: await readServiceFile(this.place.path) !== undefined, active };
  }

  async #isLoaded(): Promise<boolean> {
    return (await this.#run("launchctl", ["print", this.#target]))?.code === 0;
  }

  async #unload(): Promise<void> {
    if (await this.#isLoaded()) await this.#launchctl(["bootout", this.#target], [0, ENDING]);
  }

  /**
   * @param successes the exit codes that are no failure
   * @throws service_failed with what launchctl says of it
   */
  async #launchctl(args: readonly string[], successes: readonly number[] = [0]): Promise<void> {
    const end = await this.#run("launchctl", args);
    if (end !== undefined && successes.includes(end.code)) return;
    const words = end?.stderr.split("\n")[0] || `it ended with ${end?.code ?? "nothing"}`;
    throw new CodememError("service_failed", `launchctl ${args.join(" ")}: ${words}`, {
      hint: "The log of the system says more: Console, or `log show --last 5m`",
    });
  }

  async #requireSession(): Promise<void> {
    const end = await this.#run("launchctl", ["print", this.#domain]);
    if (end?.code === 0) return;
    throw new CodememError("no_service_manager", "launchd has no session of this user here", {
      hint:
        "Log in at the screen; without a service, `codemem sync start` runs it in the background",
    });
  }
}
