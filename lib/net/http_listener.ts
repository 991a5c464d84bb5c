/** Plain HTTP for this machine alone: the viewer's listener. */
import { CodememError } from "../errors.ts";
import { formatAddress } from "../model/address.ts";
import { within } from "../time/within.ts";

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
  /**
   * Stops accepting, and gives running answers `graceMs` (1 s) to end. What is open then stays until
   * the process ends.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** A variable by which whoever starts the program makes Deno.serve listen elsewhere, or there too. */
const ADDRESS_OVERRIDE = "DENO_SERVE_ADDRESS";

/**
 * Listens for HTTP requests on that address and no other, whatever the environment says.
 *
 * @throws {CodememError} `port_in_use`; `io_failed` where the address cannot be bound
 */
export function listenHttp({ host, port, handler }: ListenHttpOptions): HttpListener {
  Deno.env.delete(ADDRESS_OVERRIDE);
  try {
    const server = Deno.serve(
      { hostname: host, port, onListen: () => {} },
      (request) => handler(request),
    );
    return {
      port: server.addr.port,
      async close({ graceMs = 1_000 } = {}) {
        // A server that is shutting down cannot be aborted any more: that throws where nobody catches.
        await within(graceMs, server.shutdown());
      },
    };
  } catch (cause) {
    throw listenError(formatAddress({ host, port }), cause);
  }
}

function listenError(name: string, cause: unknown): CodememError {
  if (cause instanceof Deno.errors.AddrInUse) {
    return new CodememError("port_in_use", `Cannot listen on ${name}: the port is in use`, {
      hint: "End the program that holds it, or choose another port with " +
        "`codemem config set viewer_port PORT`",
      details: { field: "viewer_port" },
      cause,
    });
  }
  return new CodememError("io_failed", `Cannot listen on ${name}: the address cannot be bound`, {
    hint: "Set viewer_host to an address of this machine, such as 127.0.0.1",
    details: { field: "viewer_host" },
    cause,
  });
}
