/** The process that the program runs in, as the command line needs it. */
import type { Environment } from "../config/paths.ts";
import { CodememError, systemCode } from "../errors.ts";
import type { Stdin } from "./command.ts";
import { dropPermissions, type Need } from "./device/drop_permissions.ts";
import { OutputClosed, type TextSink } from "./output/output.ts";
import type { Build } from "./version.ts";

/** Everything that a run of the program takes from outside. */
export interface Host {
  readonly env: Environment;
  readonly build: Build;
  readonly stdin: Stdin;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly nowMs: () => number;
  /** Begins to listen for the signals that end a process. */
  readonly listenForSignals: () => AbortSignal;
  /** Takes from the process what is not needed, for the rest of its life. */
  readonly dropPermissions: (needs: readonly Need[]) => void;
}

/** The real process. */
export function processHost(build: Build): Host {
  return {
    env: Deno.env.toObject(),
    build,
    stdin: {
      get isTerminal() {
        return Deno.stdin.isTerminal();
      },
      get stream() {
        return Deno.stdin.readable;
      },
    },
    stdout: processSink(Deno.stdout),
    stderr: processSink(Deno.stderr),
    nowMs: Date.now,
    listenForSignals,
    dropPermissions(needs) {
      // From source whoever starts the program says what it may do.
      if (Deno.build.standalone) dropPermissions(needs);
    },
  };
}

/** What a shell reports for a process that a signal ended: 128 and the signal's number. */
const SIGNAL_EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exitCode] of Object.entries(SIGNAL_EXITS)) {
    Deno.addSignalListener(name as keyof typeof SIGNAL_EXITS, () => {
      const details = { exit_code: exitCode };
      controller.abort(new CodememError("interrupted", "Interrupted", { details }));
    });
  }
  return controller.signal;
}

/** How long to wait for a reader that cannot take more at once. */
const FULL_PIPE_PAUSE_MS = 5;

function processSink(stream: typeof Deno.stdout): TextSink {
  const isTerminal = stream.isTerminal();
  return {
    isTerminal,
    get columns() {
      // A terminal without a window has a size of 0.
      return isTerminal ? Deno.consoleSize().columns || undefined : undefined;
    },
    write(text: string): void {
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) {
        written += writeSome(stream, bytes.subarray(written));
      }
    },
  };
}

function writeSome(stream: typeof Deno.stdout, bytes: Uint8Array): number {
  try {
    return stream.writeSync(bytes);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new OutputClosed();
    if (!(error instanceof Deno.errors.WouldBlock)) throw unwritable(error);
    // Another process has made the shared pipe non-blocking, and it is full.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS);
    return 0;
  }
}

function unwritable(cause: unknown): CodememError {
  const code = systemCode(cause);
  const reason = code === "ENOSPC" ? "the disk is full" : `the system says ${code ?? cause}`;
  return new CodememError("io_failed", `Cannot write the output: ${reason}`, {
    hint: "Check where the output goes to",
    cause,
  });
}
