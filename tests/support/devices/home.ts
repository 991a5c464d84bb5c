/** A device as its owner has it: a folder of its own, and the program on a command line. */

import { V8_FLAGS } from "../../../lib/cli/v8_flags.ts";

/** How one command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command is run with. */
export interface RunOptions {
  /** What comes in on stdin. */
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  /** Variables beside CODEMEM_HOME; an undefined one is taken away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** A program, with its arguments, that runs the command in its turn. */
  readonly through?: readonly string[];
}

const MAIN = `${import.meta.dirname}/../../../main.ts`;

/** What Deno needs, which would look for its cache below HOME, and nothing that steers codemem. */
const BASE_ENVIRONMENT = {
  PATH: Deno.env.get("PATH"),
  TMPDIR: Deno.env.get("TMPDIR"),
  DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE"),
  DENO_DIR: await denoDir(),
};

/** The words that run the program from source. */
const FROM_SOURCE: readonly string[] = [Deno.execPath(), "run", "-A", "--quiet", V8_FLAGS, MAIN];

/** Options of {@link Home}. */
export interface HomeOptions {
  /** Ends whatever command runs on the device. */
  readonly signal?: AbortSignal | undefined;
  /** The words that run the program; from source where none are given. */
  readonly program?: readonly string[] | undefined;
  /** Variables of every command, as of the machine that the device is. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What every command of the device is run through, as in {@link RunOptions}. */
  readonly through?: readonly string[] | undefined;
}

/** A folder for one device, and commands on it. */
export class Home implements AsyncDisposable {
  readonly folder: string;
  readonly #signal: AbortSignal | undefined;
  /** The words before those of a command. */
  readonly #program: readonly string[];
  readonly #env: Readonly<Record<string, string>>;

  constructor(folder: string, options: HomeOptions = {}) {
    const { signal, program = FROM_SOURCE, through = [], env = {} } = options;
    this.folder = folder;
    this.#env = env;
    this.#signal = signal;
    this.#program = [...through, ...program];
  }

  /** Makes an empty one. */
  static async make(options?: HomeOptions): Promise<Home> {
    return new Home(await Deno.makeTempDir({ prefix: "codemem-story-" }), options);
  }

  /** The command as a process that has not been started. */
  command(args: readonly string[], options: RunOptions = {}): Deno.Command {
    const given = { CODEMEM_HOME: this.folder, ...this.#env, ...options.env };
    const [program, ...words] = [...options.through ?? [], ...this.#program, ...args];
    return new Deno.Command(program!, {
      args: words,
      clearEnv: true,
      env: withoutUndefined({ ...BASE_ENVIRONMENT, HOME: `${this.folder}/nobody`, ...given }),
      cwd: options.cwd ?? this.folder,
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      signal: this.#signal,
    });
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
    const child = this.command(args, options).spawn();
    if (options.stdin !== undefined) {
      const bytes = typeof options.stdin === "string"
        ? new TextEncoder().encode(options.stdin)
        : options.stdin;
      await new Blob([bytes]).stream().pipeTo(child.stdin);
    }
    const { code, stdout, stderr } = await child.output();
    const text = (output: Uint8Array) => new TextDecoder().decode(output);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** Starts a command that stays, such as `serve`; it is ready when its output matches `until`. */
  async start(args: readonly string[], until: RegExp, options: RunOptions = {}): Promise<Running> {
    const running = new Running(this.command(args, options).spawn());
    await running.waitFor(until);
    return running;
  }

  /** Runs a command that is expected to succeed, and reads its JSON. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run([...args, "--json"]);
    if (code !== 0) throw new Error(`codemem ${args.join(" ")} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** Runs a command that is expected to succeed, and returns what it said. */
  async text(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`codemem ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  }

  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Every file in the folder with its bytes, except those that reading a database makes. */
  async snapshot(): Promise<Readonly<Record<string, string>>> {
    const files: Record<string, string> = {};
    for await (const { name, isFile } of Deno.readDir(this.folder)) {
      if (!isFile || /-(wal|shm)$/.test(name)) continue;
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(this.path(name)));
      files[name] = new Uint8Array(digest).toHex();
    }
    return files;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A command that stays. */
export class Running implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #drained: Promise<unknown>;
  #output = "";
  #wake: () => void = () => {};

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#drained = Promise.all([this.#drain(child.stdout), this.#drain(child.stderr)]);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it has said so far on both streams. */
  get output(): string {
    return this.#output;
  }

  /**
   * Waits until its output matches; fails where it ends before. What comes on one stream may overtake
   * what was said before it on the other.
   */
  async waitFor(pattern: RegExp): Promise<void> {
    let ended = false;
    void this.#drained.then(() => {
      ended = true;
      this.#wake();
    });
    while (!pattern.test(this.#output)) {
      if (ended) throw new Error(`The command has ended without ${pattern}: ${this.#output}`);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** How it ends, by itself or otherwise. */
  get ended(): Promise<Deno.CommandStatus> {
    return this.#drained.then(() => this.#child.status);
  }

  /** Ends it with a signal, and waits for the end. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Deno.CommandStatus> {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#drained;
    return await this.#child.status;
  }

  async #drain(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.#output += decoder.decode(bytes, { stream: true });
      this.#wake();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function withoutUndefined(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
