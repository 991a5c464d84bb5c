/** A client of the bare TLS server: the runtime's own, pinned. */
import { Agent, request } from "node:https";
import { connect, type ConnectionOptions } from "node:tls";

/** The bare server in its process, and a client of it in this one. */
export class BareTls implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  /** Keeps one connection alive. */
  readonly #kept: Agent;
  /** Opens one for each request. */
  readonly #fresh: Agent;
  readonly #port: number;

  private constructor(
    child: Deno.ChildProcess,
    server: { port: number; name: string; cert: string },
  ) {
    this.#child = child;
    this.#port = server.port;
    const options: ConnectionOptions = {
      host: "127.0.0.1",
      port: server.port,
      servername: server.name,
      ca: server.cert,
    };
    const createConnection = () => connect(options);
    this.#kept = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { createConnection });
    this.#fresh = Object.assign(new Agent({ keepAlive: false }), { createConnection });
  }

  /** Starts the server. @param signal ends it, too */
  static async start(signal: AbortSignal): Promise<BareTls> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", `${import.meta.dirname}/bare_tls_server.ts`],
      stdin: "null",
      stdout: "piped",
      signal,
    }).spawn();
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      return new BareTls(child, JSON.parse(text));
    }
    throw new Error("The bare TLS server has not started");
  }

  /** One request over the kept connection, until its whole answer is here. */
  request(): Promise<void> {
    return this.#request(this.#kept);
  }

  /** The same over a connection of its own, from the dial on. */
  dialAndRequest(): Promise<void> {
    return this.#request(this.#fresh);
  }

  #request(agent: Agent): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.#port, path: "/", agent };
      request(options, (response) => {
        response.on("data", () => {});
        response.on("end", resolve);
      }).on("error", reject).end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kept.destroy();
    this.#fresh.destroy();
    this.#child.kill();
    await this.#child.status;
  }
}
