/** Makes the context of a command: what costs time or can fail is made when it is asked for. */
import { type Environment, type Paths, resolvePaths } from "../config/paths.ts";
import type { ResolvedSettings } from "../config/resolve.ts";
import { CodememError } from "../errors.ts";
import type { Store } from "../store/store.ts";
import type { CommandContext } from "./command.ts";
import type { Output } from "./output/output.ts";
import type { Need } from "./device/drop_permissions.ts";
import type { Host } from "./process_host.ts";

/** The context of one command, and the end of what it opened. */
export class RunContext implements CommandContext {
  readonly output: Output;
  readonly #host: Host;
  readonly #needs: readonly Need[];
  #paths: Paths | undefined;
  #signal: AbortSignal | undefined;
  #store: Store | undefined;
  #warned = false;

  constructor(host: Host, output: Output, needs: readonly Need[]) {
    this.#host = host;
    this.#needs = needs;
    this.output = output;
  }

  get env() {
    return this.#host.env;
  }

  get stdin() {
    return this.#host.stdin;
  }

  get build() {
    return this.#host.build;
  }

  get nowMs() {
    return this.#host.nowMs;
  }

  get paths(): Paths {
    return this.#paths ??= findPaths(this.#host.env);
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#host.listenForSignals();
    return this.#signal;
  }

  readonly settings: CommandContext["settings"] = async (flags) => {
    const { loadSettings } = await import("../config/load.ts");
    const resolved = await loadSettings(this.paths, this.env, flags === undefined ? {} : { flags });
    if (!this.#warned) this.#warnOfUnknown(resolved);
    this.#warned = true;
    return resolved;
  };

  readonly openStore: CommandContext["openStore"] = async (
    { keepsPermissions = false, isDaemon = false } = {},
  ) => {
    if (this.#store === undefined) {
      const { openDeviceStore } = await import("./device/open_device_store.ts");
      this.#store = await openDeviceStore(this.paths, this.nowMs);
      if (!isDaemon) {
        const { announceChange } = await import("../daemon/changes.ts");
        this.#store.subscribe(() => announceChange(this.paths.changes));
      }
    }
    if (!keepsPermissions) this.dropPermissions();
    return this.#store;
  };

  readonly announceChange = async (): Promise<void> => {
    const { announceChange } = await import("../daemon/changes.ts");
    announceChange(this.paths.changes);
  };

  dropPermissions(needed: readonly Need[] = []): void {
    this.#host.dropPermissions([...this.#needs, ...needed]);
  }

  /** Closes what the command has opened. */
  close(): void {
    this.#store?.close();
    this.#store = undefined;
  }

  #warnOfUnknown({ unknown }: ResolvedSettings): void {
    if (unknown.length === 0) return;
    const names = unknown.map(({ name, meant }) =>
      meant === undefined ? name : `${name} (did you mean ${meant}?)`
    );
    this.output.warn(`unknown settings in ${this.paths.config} are not used: ${names.join(", ")}`);
  }
}

/** @throws {CodememError} `invalid_config` where there is no home folder, or a file in its place */
function findPaths(env: Environment): Paths {
  const paths = resolvePaths(env);
  if (paths.home === undefined || !isFile(paths.home)) return paths;
  throw new CodememError("invalid_config", `Cannot use CODEMEM_HOME: ${paths.home} is a file`, {
    hint: "Set CODEMEM_HOME to a folder for everything of codemem",
  });
}

/** What cannot be looked at is told of by whatever needs it. */
function isFile(path: string): boolean {
  try {
    return !Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
