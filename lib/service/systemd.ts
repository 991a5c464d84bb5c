/** The service in systemd's user manager, by way of systemctl(1). */
import { CodememError } from "../errors.ts";
import type { ServiceDefinition } from "./definition.ts";
import type { ProgramEnd, RunProgram } from "./run_program.ts";
import type { Service, ServiceState } from "./service.ts";
import { readServiceFile, restoreServiceFile, writeServiceFile } from "./service_file.ts";
import type { ServicePlace } from "./service_place.ts";
import { systemdUnit } from "./systemd_unit.ts";

/** The service of that place. */
export function systemdService(place: ServicePlace, run: RunProgram): Service {
  const { name, path } = place;
  const systemctl = (...args: string[]) => callSystemctl(run, args);
  return {
    ...place,
    async install(definition: ServiceDefinition) {
      const text = systemdUnit(definition);
      await requireManager(run);
      const earlier = await readServiceFile(path);
      try {
        await writeServiceFile(path, text);
        await systemctl("daemon-reload");
        await systemctl("enable", name);
      } catch (error) {
        await restoreServiceFile(path, earlier);
        await run("systemctl", ["--user", "daemon-reload"]);
        throw error;
      }
    },
    async uninstall() {
      await requireManager(run);
      await systemctl("disable", "--now", name);
      await restoreServiceFile(path, undefined);
      await systemctl("daemon-reload");
      // What is left of a service that had failed; where it had not, there is nothing to reset.
      await run("systemctl", ["--user", "reset-failed", name]);
    },
    async start() {
      await requireManager(run);
      // A service that has failed too often would not be started even by a person.
      await run("systemctl", ["--user", "reset-failed", name]);
      await systemctl("start", name);
    },
    async stop() {
      await requireManager(run);
      await systemctl("stop", name);
    },
    async state(): Promise<ServiceState> {
      await requireManager(run);
      const { stdout } = await systemctl("show", name, "--property=ActiveState,UnitFileState");
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
    },
  };
}

/** @throws service_failed with what systemctl says of it */
async function callSystemctl(run: RunProgram, args: readonly string[]): Promise<ProgramEnd> {
  const end = await run("systemctl", ["--user", ...args]);
  if (end?.code === 0) return end;
  const words = end?.stderr.split("\n")[0] || `it ended with ${end?.code ?? "nothing"}`;
  throw new CodememError("service_failed", `systemctl ${args.join(" ")}: ${words}`, {
    hint: `\`systemctl --user status ${args.at(-1)}\` says more`,
  });
}

async function requireManager(run: RunProgram): Promise<void> {
  const end = await run("systemctl", ["--user", "show", "--property=Version"]);
  if (end?.code === 0) return;
  const reason = end === undefined ? "there is no systemctl" : end.stderr.split("\n")[0];
  throw new CodememError(
    "no_service_manager",
    `systemd does not manage services of this user here: ${reason}`,
    { hint: "Without a service, `codemem sync start` runs it in the background" },
  );
}
