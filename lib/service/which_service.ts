/** Which service this device has, and where. */
import { CodememError } from "../errors.ts";
import { sha256Hex } from "../model/sha256.ts";
import { launchdService } from "./launchd.ts";
import type { RunProgram } from "./run_program.ts";
import type { Service, ServicePlace } from "./service.ts";
import { systemdService } from "./systemd.ts";

/** What decides it. */
export interface ServiceSources {
  /** `Deno.build.os`. */
  readonly os: string;
  /** Of which HOME and XDG_CONFIG_HOME are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that CODEMEM_HOME names, absolute. */
  readonly home: string | undefined;
}

/** As much of the hash of a folder as tells the few of one machine apart. */
const TAG_DIGITS = 8;

/**
 * Where the service of this device is described. A machine with several devices has a service for each,
 * called after its folder.
 *
 * @returns `undefined` where the system keeps no services of users, as far as this program knows
 */
export function servicePlace({ os, env, home }: ServiceSources): ServicePlace | undefined {
  const person = env.HOME;
  if (!person?.startsWith("/")) return undefined;
  const tag = home === undefined ? "" : `-${sha256Hex(home).slice(0, TAG_DIGITS)}`;
  if (os === "linux") {
    const config = env.XDG_CONFIG_HOME?.startsWith("/") ? env.XDG_CONFIG_HOME : `${person}/.config`;
    const folder = `${config}/systemd/user`;
    const name = `codemem${tag}.service`;
    const enabledPath = `${folder}/default.target.wants/${name}`;
    return { kind: "systemd", name, path: `${folder}/${name}`, enabledPath };
  }
  if (os !== "darwin") return undefined;
  const name = `internal.codemem${tag}`;
  const path = `${person}/Library/LaunchAgents/${name}.plist`;
  return { kind: "launchd", name, path, enabledPath: path };
}

/**
 * The service of a place.
 *
 * @param uid the user who runs this process
 */
export function serviceAt(place: ServicePlace, uid: number, run: RunProgram): Service {
  return place.kind === "systemd" ? systemdService(place, run) : launchdService(place, uid, run);
}

/** Whether there is a service, told by its files alone: nothing is asked or started for it. */
export function isInstalled({ path }: ServicePlace): boolean {
  return exists(path);
}

/** Whether it starts with the session, told in the same way. */
export function isEnabled({ enabledPath }: ServicePlace): boolean {
  return exists(enabledPath);
}

/**
 * Whether this process is the one that the system runs as the service.
 *
 * Children inherit most of what a service is given; these two tell it from them: systemd names the
 * process (systemd.exec(5)), launchd the service, of which a child of another program has another.
 */
export function runsAsService(
  env: Readonly<Record<string, string | undefined>>,
  place: ServicePlace | undefined,
  pid: number,
): boolean {
  if (place === undefined) return false;
  if (place.kind === "launchd") return env.XPC_SERVICE_NAME === place.name;
  return env.SYSTEMD_EXEC_PID === String(pid);
}

/** @throws no_service_manager where {@link servicePlace} knows none */
export function requirePlace(place: ServicePlace | undefined): ServicePlace {
  if (place !== undefined) return place;
  throw new CodememError("no_service_manager", "This system keeps no services that codemem knows", {
    hint: "`codemem sync start` runs it in the background without one",
  });
}

function exists(path: string): boolean {
  try {
    // The link that enables a unit is looked at, not what it leads to.
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
