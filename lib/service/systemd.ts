/** The service in systemd's user manager, by way of systemctl(1). */
import { CodememError } from "../errors.ts";
import type { ServiceDefinition } from "./definition.ts";
import type { ProgramEnd, RunProgram } from "./run_program.ts";
import type { Service, ServiceState } from "./service.ts";
import { readServiceFile, restoreServiceFile, writeServiceFile } from "./service_file.ts";
import type { ServicePlace } from "./service_place.ts";
import { systemdUnit } from "./systemd_unit.ts";

/** The service of a place in systemd. */
export class SystemdService implements Service {
  readonly place: ServicePlace;
  readonly #run: RunProgram;

  constructor(place: ServicePlace, run: RunProgram) {
    this.place = place;
    this.#run = run;
  }

  async install(definition: ServiceDefinition): Promise<void> {
    const { name, path } = this.place;
    const text = systemdUnit(definition);
    await this.#requireManager();
    const earlier = await readServiceFile(path);
    try {
      await writeServiceFile(path, text);
      await this.#systemctl("daemon-reload");
      await this.#systemctl("enable", name);
    } catch (error) {
      await restoreServiceFile(path, earlier);
      await this.#ask("daemon-reload");
      throw error;
    }
  }

  async uninstall(): Promise<void> {
    const { name, path } = this.place;
    await this.#requireManager();
    await this.#systemctl("disable", "--now", name);
    await restoreServiceFile(path, undefined);
    await this.#systemctl("daemon-reload");
    // Clears the state of a service that had failed; fails, without harm, where it had not.
    await this.#ask("reset-failed", name);
  }

  async start(): Promise<void> {
    const { name } = this.place;
    await this.#requireManager();
    // A service that has failed too often would not be started even by a person.
    await this.#ask("reset-failed", name);
    await this.#systemctl("start", name);
  }

  async stop(): Promise<void> {
    await this.#requireManager();
    await this.#systemctl("stop", this.place.name);
  }

  async state(): Promise<ServiceState> {
    await this.#requireManager();
    const properties = "--property=ActiveState,UnitFileState";
    const { stdout } = await this.#systemctl("show", this.place.name, properties);
    const facts = new Map(
      stdout.split("\n").map((line) => {
        const [key = "", value = ""] = line.split("=");
        return [key, value] as const;
      }),
    );
    return {
      enabled: facts.get("UnitFileState") === "enabled",
      active: !["inactive", "failed"].includes(facts.get("ActiveState") ?? "inactive"),
    };
  }

  /** @throws service_failed with what systemctl says of it */
  async #systemctl(...args: readonly string[]): Promise<ProgramEnd> {
    const end = await this.#ask(...args);
    if (end?.code === 0) return end;
    const words = end?.stderr.split("\n")[0] || `it ended with ${end?.code ?? "nothing"}`;
    throw new CodememError("service_failed", `systemctl ${args.join(" ")}: ${words}`, {
      hint: `\`systemctl --user status ${args.at(-1)}\` says more`,
    });
  }

  async #requireManager(): Promise<void> {
    const end = await this.#ask("show", "--property=Version");
    if (end?.code === 0) return;
    const reason = end === undefined ? "there is no systemctl" : end.stderr.split("\n")[0];
    throw new CodememError(
      "no_service_manager",
      `systemd does not manage services of this user here: ${reason}`,
      { hint: "Without a service, `codemem sync start` runs it in the background" },
    );
  }

  #ask(...args: readonly string[]): Promise<ProgramEnd | undefined> {
    return this.#run("systemctl", ["--user", ...args]);
  }
}
