/** TCP and the TLS handshake, up to the certificate of the other side. */
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { type Address, formatAddress } from "../model/address.ts";
import type { CodememError } from "../errors.ts";
import { dialError, type DialStage, interrupted, timedOut, unreachable } from "./dial_errors.ts";
import {
  dialableAddresses,
  refuseUndialable,
  type ResolveHost,
  systemResolver,
} from "./dialable_addresses.ts";

/** Whom to connect to, and for how long to try. */
export interface OpenTlsOptions {
  readonly address: Address;
  /** The DNS name in the peer's certificate, whatever the address. */
  readonly certificateName: string;
  /** For name resolution, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** Is told when the host's addresses are known (`tcp` begins) and when one has taken the connection. */
  readonly onStage?: (stage: DialStage) => void;
  /** Where a host name leads; the machine's resolver, unless given. */
  readonly resolve?: ResolveHost;
}

/** A connection after its handshake. */
export interface OpenedTls {
  readonly socket: TLSSocket;
  /** The certificate that was shown, as DER. */
  readonly shown: Uint8Array;
}

/**
 * Connects and completes the handshake.
 *
 * @param trust a PEM certificate to verify against; null to verify nothing, not even that the other
 * side has the key of what it shows
 * @throws {CodememError} `unreachable`, `timed_out`, `interrupted`; `untrusted_certificate` for
 * everything the other side got wrong after it had accepted the connection
 */
export async function openTls(options: OpenTlsOptions, trust: string | null): Promise<OpenedTls> {
  const name = formatAddress(options.address);
  const { host, port } = options.address;
  if (options.signal?.aborted) throw interrupted(name);
  refuseUndialable(host);
  const onResolved = () => options.onStage?.("tcp");
  const parameters = {
    host,
    port,
    servername: options.certificateName,
    minVersion: "TLSv1.3" as const,
    autoSelectFamily: true,
    lookup: lookupWith(options.resolve ?? systemResolver, onResolved),
    rejectUnauthorized: trust !== null,
    ...(trust !== null && { ca: trust }),
  };
  // An IP address needs no resolver, which would otherwise tell of this stage.
  if (isIP(host) !== 0) onResolved();
  const socket = tls.connect(parameters);
  // Without a listener an error would end the process, also one that comes when nobody waits for it.
  socket.on("error", () => socket.destroy());
  return await handshake(socket, options, name);
}

function handshake(socket: TLSSocket, options: OpenTlsOptions, name: string): Promise<OpenedTls> {
  const { connectTimeoutMs, signal, onStage } = options;
  return new Promise((resolve, reject) => {
    let stage: DialStage = "tcp";
    const connected = () => {
      stage = "handshake";
      onStage?.(stage);
    };
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.off("secureConnect", look).off("close", closed).off("error", failed);
    };
    const fail = (error: CodememError) => {
      settle();
      giveUp(socket, stage);
      reject(error);
    };
    const look = () => {
      stage = "data";
      const shown = shownCertificate(socket);
      // Deno before 2.8 says so after a failed handshake as well; the error is on its way.
      if (shown === undefined) return;
      settle();
      resolve({ socket, shown });
    };
    const closed = () => fail(unreachable(name));
    const failed = (cause: unknown) => fail(dialError(name, cause, stage));
    const abort = () => fail(interrupted(name));
    const timer = setTimeout(() => fail(timedOut(name, connectTimeoutMs)), connectTimeoutMs);
    socket.once("connect", connected);
    socket.on("secureConnect", look).on("close", closed).on("error", failed);
    signal?.addEventListener("abort", abort);
  });
}

/** A name is resolved once, here: the addresses that were checked are the ones that are dialled. */
function lookupWith(resolve: ResolveHost, onResolved: () => void): LookupFunction {
  return (host, _options, callback) => {
    const succeed = (found: readonly string[]) => {
      onResolved();
      callback(null, found.map((address) => ({ address, family: isIP(address) })));
    };
    dialableAddresses(host, resolve).then(succeed, (error) => callback(error, []));
  };
}

/** Known only after the handshake, which has then proven the key, where `trust` asked for that. */
function shownCertificate(socket: TLSSocket): Uint8Array | undefined {
  const raw: Uint8Array | undefined = socket.getPeerCertificate()?.raw;
  return raw;
}

/** Ends a connection whose handshake has not succeeded. */
function giveUp(socket: TLSSocket, stage: DialStage): void {
  // Deno before 2.8 loses the handle of a socket that is destroyed before its handshake ends, for ever.
  const losesHandle = stage !== "data" && typeof socket.getProtocol !== "function";
  if (losesHandle) socket.once("secureConnect", () => socket.destroy());
  else socket.destroy();
}
