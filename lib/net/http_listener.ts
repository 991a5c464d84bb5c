/** Plain HTTP for this machine alone: the viewer's listener. */
import net, { type Server, type Socket } from "node:net";
import { CodememError, systemCode } from "../errors.ts";
import { formatAddress } from "../model/address.ts";
import { bindServer } from "./bind_server.ts";
import { closeListener } from "./close_listener.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { isNormalTarget } from "./http_head.ts";
import { DEFAULT_LIMITS, type ListenerLimits } from "./listener_limits.ts";
import { serveConnection } from "./serve_connection.ts";
import { socketOwner } from "./socket_owner.ts";

/** What is known of who asks. */
export interface LocalCaller {
  /** Whether it is known to be another user of this machine than the one who runs this process. */
  readonly isOtherUser: boolean;
}

/** Options of {@link listenHttp}. */
export interface ListenHttpOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  readonly handler: (request: Request, caller: LocalCaller) => Promise<Response> | Response;
  /** The headers of what is refused without the handler. */
  readonly refusalHeaders?: Readonly<Record<string, string>>;
  readonly limits?: Partial<ListenerLimits>;
  /** The clock of the limits, which nobody sets: the system's unless given. */
  readonly monotonicMs?: () => number;
  /** Told of what a handler threw; the caller was answered already. */
  readonly onError?: (error: unknown) => void;
}

/** A running listener. */
export interface HttpListener {
  readonly port: number;
  /** Stops accepting, gives running answers `graceMs` (1 s) to end, then cuts what is left. */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Browsers send whatever cookies other programs of this machine have set, whatever their port. */
const MAX_HEADER_BYTES = 65_536;
const LIMITS: ListenerLimits = {
  ...DEFAULT_LIMITS,
  maxConnectionsPerAddress: DEFAULT_LIMITS.maxConnections,
  maxHeaderBytes: MAX_HEADER_BYTES,
  // The viewer says itself what it takes, in words of its own.
  maxBodyBytes: Infinity,
};
/** Connections of other users that are answered, with a refusal; more are cut. */
const MAX_STRANGERS = 8;
const ROOT = 0;

/**
 * Listens for HTTP requests.
 *
 * @throws {CodememError} `port_in_use`; `address_unavailable` where the address cannot be bound
 */
export async function listenHttp(options: ListenHttpOptions): Promise<HttpListener> {
  const connections = new LocalConnections(options);
  const server = net.createServer((socket) => void connections.serve(socket));
  const port = await bind(server, options);
  let closed: Promise<void> | undefined;
  return {
    port,
    close: ({ graceMs = 1_000 } = {}) => closed ??= connections.close(server, graceMs),
  };
}

/** The connections of one listener. */
class LocalConnections {
  readonly #options: ListenHttpOptions;
  readonly #limits: ListenerLimits;
  readonly #gate: ConnectionGate;
  #isClosing = false;
  #strangers = 0;

  constructor(options: ListenHttpOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#gate = new ConnectionGate(this.#limits, options.monotonicMs);
  }

  async serve(socket: Socket): Promise<void> {
    // Without a listener an error of the socket would end the process; its close is what counts.
    socket.on("error", () => socket.destroy());
    const connection = this.#isClosing ? undefined : this.#gate.admit(socket);
    if (connection === undefined) return void socket.destroy();
    socket.setNoDelay(true);
    const isOtherUser = await isOfOtherUser(socket);
    if (isOtherUser && !this.#takeStranger(socket)) return void socket.destroy();
    const { handler, onError = () => {}, host, port, refusalHeaders } = this.#options;
    await serveConnection(socket, connection, {
      handler(request, { grantTime }) {
        if (!isOtherUser) grantTime();
        return handler(request, { isOtherUser });
      },
      limits: this.#limits,
      origin: `http://${formatAddress({ host, port })}`,
      // A path has one spelling; the query holds what people type.
      isTarget: (target) => isNormalTarget(target.split("?", 1)[0]!),
      refusalHeaders,
      isClosing: () => this.#isClosing,
      onError,
    });
  }

  close(server: Server, graceMs: number): Promise<void> {
    this.#isClosing = true;
    return closeListener([server], this.#gate, graceMs);
  }

  /** Limits other users, so that they cannot take the connections that the owner needs. */
  #takeStranger(socket: Socket): boolean {
    if (this.#strangers === MAX_STRANGERS || socket.destroyed) return false;
    this.#strangers++;
    socket.once("close", () => this.#strangers--);
    return true;
  }
}

/** Root may do anything here anyway; where the system does not tell who asks, it may be the owner. */
async function isOfOtherUser(socket: Socket): Promise<boolean> {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
  const owner = await socketOwner({ remoteAddress, remotePort, localAddress, localPort });
  return owner !== undefined && owner !== Deno.uid() && owner !== ROOT;
}

async function bind(server: Server, { host, port }: ListenHttpOptions): Promise<number> {
  try {
    return await bindServer(server, { host, port });
  } catch (cause) {
    throw listenError(formatAddress({ host, port }), cause);
  }
}

function listenError(name: string, cause: unknown): CodememError {
  const code = systemCode(cause);
  const otherPort = "choose another port with `codemem config set viewer_port PORT`";
  const details = { field: "viewer_port" };
  if (code === "EADDRINUSE") {
    const hint = `End the program that holds it, or ${otherPort}`;
    const message = `Cannot listen on ${name}: the port is in use`;
    return new CodememError("port_in_use", message, { hint, details, cause });
  }
  if (code === "EACCES") {
    const hint = `Ports below 1024 are for root: ${otherPort}`;
    const message = `Cannot listen on ${name}: this user may not`;
    return new CodememError("address_unavailable", message, { hint, details, cause });
  }
  const message = `Cannot listen on ${name}: the address cannot be bound`;
  return new CodememError("address_unavailable", message, {
    hint: "Set viewer_host to an address of this machine, such as 127.0.0.1",
    details: { field: "viewer_host" },
    cause,
  });
}
