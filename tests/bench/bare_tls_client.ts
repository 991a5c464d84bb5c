/** A client of the bare TLS server: the runtime's own, pinned, with one connection kept alive. */
import { Agent, request } from "node:https";
import { connect, type ConnectionOptions } from "node:tls";

/** The bare server in its process, and a client of it in this one. */
export class BareTls implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #agent: Agent;
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
    this.#agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
      createConnection: () => connect(options),
    });
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

  /** One request, until its whole answer is here. */
  request(): Promise<void> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.#port, path: "/", agent: this.#agent };
      request(options, (response) => {
        response.on("data", () => {});
        response.on("end", resolve);
      }).on("error", reject).end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    this.#child.kill();
    await this.#child.status;
  }
}
