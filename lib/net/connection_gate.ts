/** Counts the connections of a listener and ends those that take too long. */
import type { Socket } from "node:net";
import type { ListenerLimits } from "./listener_limits.ts";

/** One admitted connection. */
export class Connection {
  readonly remoteAddress: string;
  /** When it is to be ended, in milliseconds of the monotonic clock. */
  deadlineMs = Infinity;
  /** Whether its TLS socket is known. */
  isSecure = false;
  /** Whether a request is being answered on it. */
  isBusy = false;
  /** Whose it is, once a caller has proven that. */
  owner: string | undefined;
  /** Whether the answer under way is its last. */
  isLastAnswer = false;
  readonly #sockets = new Set<Socket>();
  readonly #monotonicMs: () => number;

  constructor(remoteAddress: string, monotonicMs: () => number) {
    this.remoteAddress = remoteAddress;
    this.#monotonicMs = monotonicMs;
  }

  /** The TCP socket and, after the handshake, the TLS socket over it. */
  attach(socket: Socket): void {
    this.#sockets.add(socket);
  }

  /** Ends the connection unless it is told otherwise within `ms`. */
  expireIn(ms: number): void {
    this.deadlineMs = this.#monotonicMs() + ms;
  }

  /** Ends the connection now. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

type GateLimits = Pick<
  ListenerLimits,
  "maxConnections" | "maxConnectionsPerAddress" | "headersTimeoutMs" | "idleTimeoutMs"
>;

/** Admits connections to a listener, and ends them when their time is up. */
export class ConnectionGate {
  readonly #limits: GateLimits;
  readonly #monotonicMs: () => number;
  readonly #connections = new Map<string, Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #sweepMs: number;
  #sweeper: ReturnType<typeof setInterval> | undefined;
  #emptied: (() => void)[] = [];

  /** @param monotonicMs a clock that nobody sets */
  constructor(limits: GateLimits, monotonicMs: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    const shortest = Math.min(limits.headersTimeoutMs, limits.idleTimeoutMs);
    this.#sweepMs = Math.max(10, Math.min(1_000, shortest / 4));
  }

  /**
   * Admits a TCP socket, which must complete its first request head in time.
   *
   * @returns `undefined` where there are too many, and the socket was destroyed
   */
  admit(socket: Socket): Connection | undefined {
    const address = plainAddress(socket.remoteAddress ?? "");
    const endpoint = endpointOf(socket);
    const stale = this.#connections.get(endpoint);
    if (stale !== undefined) {
      // A caller may come back from the port of a connection whose end is not reported yet.
      stale.destroy();
      this.#forget(endpoint, stale);
    }
    const ofAddress = this.#perAddress.get(address) ?? 0;
    const isFull = this.#connections.size >= this.#limits.maxConnections ||
      ofAddress >= this.#limits.maxConnectionsPerAddress;
    if (isFull || socket.remotePort === undefined) {
      socket.destroy();
      return undefined;
    }
    const connection = new Connection(address, this.#monotonicMs);
    connection.attach(socket);
    connection.expireIn(this.#limits.headersTimeoutMs);
    this.#connections.set(endpoint, connection);
    this.#perAddress.set(address, ofAddress + 1);
    socket.once("close", () => this.#forget(endpoint, connection));
    this.#sweeper ??= setInterval(() => this.#sweep(), this.#sweepMs);
    return connection;
  }

  /**
   * The connection of a TLS socket: the one its TCP socket was admitted as, or a new one on a runtime
   * that does not show TCP sockets.
   */
  secure(socket: Socket): Connection | undefined {
    const known = this.#connections.get(endpointOf(socket));
    const connection = known === undefined || known.isSecure ? this.admit(socket) : known;
    connection?.attach(socket);
    if (connection !== undefined) connection.isSecure = true;
    return connection;
  }

  /** Ends every connection for which `condition` holds. */
  destroyWhere(condition: (connection: Connection) => boolean): void {
    for (const connection of [...this.#connections.values()]) {
      if (condition(connection)) connection.destroy();
    }
  }

  /** Ends the connections of owners for whom `isOver` holds: at once, or with the answer under way. */
  endOwned(isOver: (owner: string) => boolean): void {
    for (const connection of [...this.#connections.values()]) {
      if (connection.owner === undefined || !isOver(connection.owner)) continue;
      if (connection.isBusy) connection.isLastAnswer = true;
      else connection.destroy();
    }
  }

  /** Resolves when no connection is left. */
  async whenEmpty(): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => this.#emptied.push(resolve));
  }

  #forget(endpoint: string, connection: Connection): void {
    if (this.#connections.get(endpoint) !== connection) return;
    this.#connections.delete(endpoint);
    const left = this.#perAddress.get(connection.remoteAddress)! - 1;
    if (left === 0) this.#perAddress.delete(connection.remoteAddress);
    else this.#perAddress.set(connection.remoteAddress, left);
    if (this.#connections.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }

  /** One timer for all costs a request nothing, where one timer each would be set twice a request. */
  #sweep(): void {
    const nowMs = this.#monotonicMs();
    this.destroyWhere(({ deadlineMs }) => deadlineMs <= nowMs);
  }
}

/** Both ends of a connection: a caller may use one of its ports towards several addresses of ours. */
function endpointOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** An IPv4 address that came over a dual-stack socket, as IPv4. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
