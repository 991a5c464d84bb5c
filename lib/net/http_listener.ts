/** Plain HTTP for this machine alone: the viewer's listener. */
import { CodememError } from "../errors.ts";
import { formatAddress } from "../model/address.ts";

/** Options of {@link listenHttp}. */
export interface ListenHttpOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly handler: (request: Request) => Promise<Response> | Response;
}

/** A running listener. */
export interface HttpListener {
  readonly port: number;
  /** Stops accepting, gives running answers `graceMs` (1 s) to end, then cuts them. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Listens for HTTP requests.
 *
 * @throws {CodememError} `port_in_use`; `io_failed` where the address cannot be bound
 */
export function listenHttp({ host, port, handler }: ListenHttpOptions): HttpListener {
  const stop = new AbortController();
  try {
    const server = Deno.serve({
      hostname: host,
      port,
      signal: stop.signal,
      onListen: () => {},
    }, (request) => handler(request));
    return {
      port: server.addr.port,
      async close({ graceMs = 1_000 } = {}) {
        const cut = setTimeout(() => stop.abort(), graceMs);
        await server.shutdown();
        clearTimeout(cut);
      },
    };
  } catch (cause) {
    throw listenError(formatAddress({ host, port }), cause);
  }
}

function listenError(name: string, cause: unknown): CodememError {
  if (cause instanceof Deno.errors.AddrInUse) {
    return new CodememError("port_in_use", `Cannot listen on ${name}: the port is in use`, {
      hint: "Stop the program that holds it, or choose another with " +
        "`codemem config set viewer_port PORT`",
      cause,
    });
  }
  return new CodememError("io_failed", `Cannot listen on ${name}: the address cannot be bound`, {
    hint: "Set viewer_host to an address of this machine, such as 127.0.0.1",
    cause,
  });
}
