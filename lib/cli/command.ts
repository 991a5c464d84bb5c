/** What a command is, and what it is given to work with. */
import type { Environment, Paths } from "../config/paths.ts";
import type { ResolvedSettings } from "../config/resolve.ts";
import type { Store } from "../store/store.ts";
import type { ArgumentSpec, OptionSpecs, OptionValues } from "./input/arguments.ts";
import type { Need } from "./device/drop_permissions.ts";
import type { Output } from "./output/output.ts";
import type { Build } from "./version.ts";

/** The hands of a command: everything outside that it may touch. */
export interface CommandContext {
  readonly env: Environment;
  /** @throws {CodememError} `invalid_config` where there is no home folder */
  readonly paths: Paths;
  readonly output: Output;
  readonly stdin: Stdin;
  /** What this program is. */
  readonly build: Build;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Aborted when a person or the system asks the process to end; its reason is `interrupted`. */
  readonly signal: AbortSignal;
  /**
   * The settings that hold; members of the file that are none are warned about once.
   *
   * @param flags texts by the name of the setting, which win over everything else
   * @throws {CodememError} `invalid_config`, `io_failed`
   */
  readonly settings: (
    flags?: Readonly<Record<string, string | undefined>>,
  ) => Promise<ResolvedSettings>;
  /**
   * The store of this device, opened once and closed when the command has ended. The process gives up
   * then what the command does not need, unless it is to keep it until {@link dropPermissions}.
   *
   * @param options.keepsPermissions whether more is to be opened or looked at that needs permissions
   * @param options.isDaemon whether this is the daemon, which needs not be told of its own changes
   * @throws {CodememError} what opening a database can fail with
   */
  readonly openStore: (
    options?: { readonly keepsPermissions?: boolean; readonly isDaemon?: boolean },
  ) => Promise<Store>;
  /** Tells a running daemon that settings have changed. What the store changes is told by itself. */
  readonly announceChange: () => Promise<void>;
  /**
   * Gives up what the command does not need: no more databases are opened.
   *
   * @param needed what it needs this time besides what it always does
   */
  readonly dropPermissions: (needed?: readonly Need[]) => void;
}

/** What comes in from outside. */
export interface Stdin {
  readonly isTerminal: boolean;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** What was typed after a command's name. */
export interface CommandInput<O extends OptionSpecs = OptionSpecs> {
  readonly words: readonly string[];
  readonly options: OptionValues<O>;
  /** Whether the answer is wanted as JSON. Every command takes `--json`. */
  readonly json: boolean;
}

/** A command. */
export interface Command<O extends OptionSpecs = OptionSpecs> {
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: O;
  /** Lines below the summary in the help. */
  readonly details?: string;
  /** @returns the exit code, 0 where nothing is returned */
  run(input: CommandInput<O>, context: CommandContext): Promise<number | void>;
}

/** A row of the table of commands: enough to find it and to list it without loading it. */
export interface CommandEntry {
  /** One or more words: `sync peers list`. */
  readonly name: string;
  readonly summary: string;
  /** What it needs besides files; the compiled program gives up the rest. */
  readonly needs?: readonly Need[];
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** A command whose options decide what its `run` is given. */
export function defineCommand<const O extends OptionSpecs = Record<never, never>>(
  command: Command<O>,
): Command {
  // What was parsed by these options has the shape of these options.
  return command as unknown as Command;
}
