/** A process that runs discovery on a host, and what can be asked of it. */
import { fail } from "@std/assert";
import type { Discovering, Told } from "./discovering.ts";
import { PATIENCE_MS } from "../eventually.ts";
import type { LabHost } from "../lab/lab_host.ts";

const SCRIPT = `${import.meta.dirname}/discovering.ts`;
const LOOK_EVERY_MS = 20;

/** Discovery in a process of its own. */
export class Discoverer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #read = "";
  #isStopped = false;

  constructor(host: LabHost, options: Discovering) {
    const [program, ...args] = [
      ...host.through,
      ...[Deno.execPath(), "run", "-A", "--quiet", SCRIPT, JSON.stringify(options)],
    ];
    const pipes = { stdin: "piped", stdout: "piped" } as const;
    this.#process = new Deno.Command(program!, { args, ...pipes }).spawn();
    this.#stdin = this.#process.stdin.getWriter();
    this.#stdout = this.#process.stdout.getReader();
  }

  /** What it knows now. */
  tell(): Promise<Told> {
    return this.#ask("tell");
  }

  /** Has it look at interfaces and peers anew. */
  refresh(): Promise<Told> {
    return this.#ask("refresh");
  }

  /** Has it say goodbye, and waits for its end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#ask("stop");
    await this.#stdin.close();
    await this.#process.status;
    await this.#stdout.cancel();
  }

  /**
   * Waits until what it knows satisfies `condition`.
   *
   * @returns after how many milliseconds
   */
  async until(condition: (told: Told) => boolean, withinMs = PATIENCE_MS): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      const told = await this.tell();
      const tookMs = performance.now() - startMs;
      if (condition(told)) return tookMs;
      if (tookMs > withinMs) fail(`not within ${withinMs} ms: ${JSON.stringify(told)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Ends it without a goodbye. */
  async kill(): Promise<void> {
    this.#isStopped = true;
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#stdin.close().catch(() => {});
    await this.#stdout.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopped) await this.kill();
  }

  async #ask(line: string): Promise<Told> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
    while (!this.#read.includes("\n")) {
      const { value, done } = await this.#stdout.read();
      if (done) fail("the process has ended");
      this.#read += this.#decoder.decode(value, { stream: true });
    }
    const answer = this.#read;
    this.#read = "";
    return JSON.parse(answer);
  }
}
