/** Where the files of a device are. */
import { CodememError } from "../errors.ts";

/** The environment of the process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The files and folders of one device, all absolute. */
export interface Paths {
  /** The folder that CODEMEM_HOME names; absent where the defaults below the home folder hold. */
  readonly home: string | undefined;
  readonly database: string;
  /** The settings, JSONC. */
  readonly config: string;
  /** The folder of the identity key. */
  readonly keys: string;
  /** The file whose lock makes a daemon the only one. */
  readonly lock: string;
  /** What a running daemon says of itself: pid, start time, ports. */
  readonly daemonFacts: string;
  /** The folder in which commands tell a running daemon that something has changed. */
  readonly changes: string;
  /** The folder of the log. */
  readonly logs: string;
  /** What a daemon says on stderr that nobody looks at: why it did not start, how it crashed. */
  readonly stderr: string;
}

/**
 * The paths of this device. `CODEMEM_HOME=/x` puts everything below /x.
 *
 * @param env of which CODEMEM_HOME and HOME are read
 * @throws {CodememError} `invalid_config` where neither names a folder by an absolute path: a relative
 * one would be another device in every folder that a command is run in
 */
export function resolvePaths(env: Environment): Paths {
  if (env.CODEMEM_HOME) {
    if (!env.CODEMEM_HOME.startsWith("/")) throw notAbsolute(env.CODEMEM_HOME);
    const home = normalize(env.CODEMEM_HOME);
    return { home, config: join(home, "config.json"), keys: join(home, "keys"), ...data(home) };
  }
  const person = env.HOME;
  if (!person?.startsWith("/")) {
    const found = person ? `HOME is not an absolute path: "${person}"` : "HOME is not set";
    throw new CodememError("invalid_config", `Cannot find the home folder: ${found}`, {
      hint: "Set HOME, or set CODEMEM_HOME to a folder for everything of codemem",
    });
  }
  const config = join(person, ".config/codemem");
  return {
    home: undefined,
    config: join(config, "config.json"),
    keys: join(config, "keys"),
    ...data(join(person, ".codemem")),
  };
}

function data(
  folder: string,
): Pick<Paths, "database" | "lock" | "daemonFacts" | "changes" | "logs" | "stderr"> {
  return {
    database: join(folder, "codemem.db"),
    lock: join(folder, "daemon.lock"),
    daemonFacts: join(folder, "daemon.json"),
    changes: join(folder, "changes"),
    logs: join(folder, "logs"),
    stderr: join(folder, "logs/serve.stderr"),
  };
}

function join(folder: string, name: string): string {
  return normalize(`${folder}/${name}`);
}

function notAbsolute(path: string): CodememError {
  return new CodememError(
    "invalid_config",
    `Cannot use CODEMEM_HOME: it is not an absolute path: "${path}"`,
    { hint: "Set CODEMEM_HOME to a path that begins with a slash" },
  );
}

/** The path without empty, `.` and `..` parts. */
function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
