/** The server side of TLS: HTTP over TLS 1.3, under limits of our own. */
import type { KeyObject } from "node:crypto";
import type { Socket } from "node:net";
import type { Server } from "node:tls";
import type { ListenerFact } from "../model/listener.ts";
import { type BindFailure, nothingBound, silentListener } from "./bind_failure.ts";
import { bindTls } from "./bind_tls.ts";
import { closeListener } from "./close_listener.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { DEFAULT_LIMITS, type ListenerLimits } from "./listener_limits.ts";
import { type RequestHandler, serveConnection } from "./serve_connection.ts";

/** Options of {@link listenTls}. */
export interface ListenTlsOptions {
  /** IP addresses; `::` takes IPv4 too. */
  readonly binds: readonly string[];
  /** 0 takes any that is free, the same for every address. */
  readonly port: number;
  readonly privateKey: KeyObject;
  readonly certificatePem: string;
  readonly handler: RequestHandler;
  readonly limits?: Partial<ListenerLimits>;
  /** The clock of the limits, which nobody sets: the system's unless given. */
  readonly monotonicMs?: () => number;
  /** Told of what a handler threw; the caller was answered already. */
  readonly onError?: (error: unknown) => void;
}

/** A running listener. */
export interface TlsListener {
  readonly facts: readonly ListenerFact[];
  /** The port of every address that listens. */
  readonly port: number;
  /**
   * Ends the connections of owners for whom `isOver` holds: at once, or with the answer under way.
   * An owner is what a handler has named by {@link RequestInfo.ownedBy}.
   */
  endOwned(isOver: (owner: string) => boolean): void;
  /**
   * Stops accepting, gives running requests `graceMs` (2 s) to end, then cuts what is left. What the
   * runtime does not end within the same time again is left to the end of the process.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

const DEFAULT_GRACE_MS = 2_000;

/**
 * Listens for HTTPS requests.
 *
 * @throws {CodememError} `port_in_use`, or `address_unavailable`, where no address could be bound
 */
export async function listenTls(options: ListenTlsOptions): Promise<TlsListener> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const gate = new ConnectionGate(limits, options.monotonicMs);
  let closing = false;
  const onError = options.onError ?? (() => {});
  const serve = (socket: Socket) => {
    // Without a listener an error of the socket would end the process; its close is what counts.
    socket.on("error", () => socket.destroy());
    const connection = closing ? undefined : gate.secure(socket);
    if (connection === undefined) return void socket.destroy();
    // An answer must not wait for the other side to confirm what the handshake has left to send.
    socket.setNoDelay(true);
    void serveConnection(socket, connection, {
      handler: options.handler,
      limits,
      isClosing: () => closing,
      onError,
    });
  };
  const bound = await bindAll(options, { admit: (socket) => void gate.admit(socket), serve });
  const close = (graceMs: number) => {
    closing = true;
    return closeListener(bound.servers, gate, graceMs);
  };
  let closed: Promise<void> | undefined;
  return {
    facts: bound.facts,
    port: bound.port,
    endOwned: (isOver) => gate.endOwned(isOver),
    close: ({ graceMs = DEFAULT_GRACE_MS } = {}) => closed ??= close(graceMs),
  };
}

interface Sockets {
  /** Given each TCP socket before its handshake, where the runtime shows it. */
  readonly admit: (socket: Socket) => void;
  /** Given each TLS socket. */
  readonly serve: (socket: Socket) => void;
}

interface Bound {
  readonly servers: Server[];
  readonly facts: ListenerFact[];
  readonly port: number;
}

async function bindAll(options: ListenTlsOptions, sockets: Sockets): Promise<Bound> {
  const { privateKey, certificatePem: cert } = options;
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const servers: Server[] = [];
  const facts: ListenerFact[] = [];
  const failures: BindFailure[] = [];
  let port = options.port;
  for (const group of bindGroups(options.binds)) {
    for (const [index, host] of group.entries()) {
      const result = await bindTls({ host, port, key, cert, ...sockets });
      if ("server" in result) {
        servers.push(result.server);
        port = result.port;
        // A dual-stack socket stands for every address of its group that is not bound yet.
        for (const address of group.slice(index)) facts.push(listening(address, port));
        break;
      }
      failures.push(result);
      facts.push(silentListener(host, port, result));
    }
  }
  if (servers.length === 0) throw nothingBound(failures, facts, port);
  return { servers, facts, port };
}

/** `::` is tried before, and instead of, `0.0.0.0`: here an IPv6 socket always takes IPv4 as well. */
function bindGroups(binds: readonly string[]): string[][] {
  const unique = [...new Set(binds)];
  if (!unique.includes("::") || !unique.includes("0.0.0.0")) return unique.map((host) => [host]);
  const others = unique.filter((host) => host !== "::" && host !== "0.0.0.0");
  return [["::", "0.0.0.0"], ...others.map((host) => [host])];
}

function listening(address: string, port: number): ListenerFact {
  return { address, port, listening: true, error: null, hint: null };
}
