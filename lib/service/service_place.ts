/**
 * Where the service of a device is described, and what its files tell. Nothing else of the room is
 * loaded for it: status asks this each time.
 */
import { isThere } from "../files/is_there.ts";
import { sha256Hex } from "../model/sha256.ts";

/** The parts of systems that keep services of a user. */
export type ServiceKind = "systemd" | "launchd";

/** Where a service stands, as its files tell it. */
export interface ServicePlace {
  readonly kind: ServiceKind;
  /** What the system calls it. */
  readonly name: string;
  /** The file that describes it. */
  readonly path: string;
  /** The file that makes it start with the session; the same one where describing it is enough. */
  readonly enabledPath: string;
}

/** What decides it. */
export interface ServiceSources {
  /** `Deno.build.os`. */
  readonly os: string;
  /** Of which HOME and XDG_CONFIG_HOME are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that CODEMEM_HOME names, absolute. */
  readonly home: string | undefined;
}

/** Names of units and of files have at most 255 characters. */
const MAX_TAG = 200;

/**
 * Where the service of this device is described. A machine with several devices has a service for each,
 * called after its folder.
 *
 * @returns `undefined` where the system keeps no services of users, as far as this program knows
 */
export function servicePlace({ os, env, home }: ServiceSources): ServicePlace | undefined {
  const person = env.HOME;
  if (!person?.startsWith("/")) return undefined;
  const tag = home === undefined ? "" : folderTag(home);
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
 * A folder as a part of a name: `/home/alice/memory` is `-home-alice-memory`, and no two folders are the
 * same. Only one that is too long is hashed, since to load what hashes takes longer than all else here.
 */
function folderTag(folder: string): string {
  const tag = [...new TextEncoder().encode(folder)].map(nameByte).join("");
  return tag.length <= MAX_TAG ? tag : `-${sha256Hex(folder)}`;
}

function nameByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "/") return "-";
  return /[A-Za-z0-9]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
}

/** Whether there is a service, told by its files alone: nothing is asked or started for it. */
export function isInstalled({ path }: ServicePlace): boolean {
  return isThere(path);
}

/** Whether it starts with the session, told in the same way. */
export function isEnabled({ enabledPath }: ServicePlace): boolean {
  return isThere(enabledPath);
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
