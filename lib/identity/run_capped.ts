/** Running a program that may never end, with limits on time and output. */
import { CodememError } from "../errors.ts";

/** The hint for a keychain that exists but is locked or silent. */
export const UNLOCK =
  "Unlock it, for example by logging in at the screen; a running `codemem serve` tries again by itself";

/** Far more characters than a secret and its attributes take. */
const MAX_TEXT = 65_536;

/** How a program ended. */
export interface CappedEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** When a program is no longer waited for. */
export interface CallLimits {
  /** It is killed after this time. */
  readonly timeoutMs: number;
  /** It is killed when this is aborted, and nothing is started any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link runCapped}. */
export interface CappedOptions extends CallLimits {
  readonly args: readonly string[];
  /** Its standard input: the only way for secrets, since others can see arguments and environments. */
  readonly stdin?: string | undefined;
}

/**
 * Runs a program of the system until it ends, or kills it.
 *
 * @throws keychain_unavailable if it cannot be started, is killed by a signal or writes too much;
 * keychain_timed_out; the reason of the signal
 */
export async function runCapped(program: string, options: CappedOptions): Promise<CappedEnd> {
  const { args, stdin = "", timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const child = start(program, args);
  const limit = Promise.withResolvers<undefined>();
  const timeout = setTimeout(() => limit.resolve(undefined), timeoutMs);
  const abort = () => limit.reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  const [out, err] = [readText(child.stdout, program), readText(child.stderr, program)];
  try {
    const ended = Promise.all([give(child, stdin), out.text, err.text, child.status]);
    const end = await Promise.race([ended, limit.promise]);
    if (end === undefined) throw timedOut(program, timeoutMs);
    const [, stdout, stderr, { code, signal: killedBy }] = end;
    // Output of a program that was killed may be cut off anywhere.
    if (killedBy !== null) throw broken(program, `it was ended by ${killedBy}`);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timeout);
    signal?.removeEventListener("abort", abort);
    kill(child);
    // Processes that the child has started may hold the other ends open for ever.
    await Promise.all([out.end(), err.end()]);
    await child.status;
  }
}

function start(program: string, args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      // Its messages are parsed: they must not be translated.
      env: { LC_ALL: "C" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    throw cannotStart(program, cause);
  }
}

function cannotStart(program: string, cause: unknown): CodememError {
  const isForbidden = cause instanceof Deno.errors.NotCapable;
  const problem = isForbidden ? "this process may start no programs" : "it cannot be started";
  return new CodememError("keychain_unavailable", `Cannot run ${program}: ${problem}`, {
    hint: isForbidden ? "Run `codemem sync restart`" : "Install it",
    cause,
  });
}

/** A program may end without reading its input: then its output counts. */
async function give({ stdin }: Deno.ChildProcess, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function readText(stream: ReadableStream<Uint8Array>, program: string) {
  const reader = stream.getReader();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
      if (text.length > MAX_TEXT) throw broken(program, "its output does not end");
    }
  };
  return { text: read(), end: () => reader.cancel().catch(() => {}) };
}

function broken(program: string, problem: string): CodememError {
  return new CodememError("keychain_unavailable", `Cannot use ${program}: ${problem}`, {
    hint: "Check whether other programs can store a password there",
  });
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof TypeError)) throw error;
  }
}

function timedOut(program: string, timeoutMs: number): CodememError {
  return new CodememError(
    "keychain_timed_out",
    `The keychain has not answered within ${timeoutMs / 1_000} s (${program})`,
    { hint: UNLOCK },
  );
}
