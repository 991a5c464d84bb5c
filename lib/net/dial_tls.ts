/** Dialling over TLS, verified against exactly one certificate. */
import { X509Certificate } from "node:crypto";
import { Buffer } from "node:buffer";
import type { TLSSocket } from "node:tls";
import { formatAddress } from "../model/address.ts";
import { ByteSource, ConnectionEnded } from "./byte_source.ts";
import { untrusted } from "./dial_errors.ts";
import { openTls, type OpenTlsOptions } from "./open_tls.ts";
import { SocketReader } from "./socket_reader.ts";
import { writeSocket } from "./write_socket.ts";

/** Options of {@link dialTls}. */
export interface DialOptions extends OpenTlsOptions {
  /** The one certificate that is trusted. */
  readonly certificatePem: string;
}

/** An established connection. */
export interface TlsStream {
  readonly source: ByteSource;
  /** @throws {ConnectionEnded} where the other side has hung up */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/**
 * Connects, and completes the handshake with the holder of the certificate's key.
 *
 * Verification is what proves the key; that the certificate is the pinned one byte for byte is what
 * keeps out whatever else the runtime or this machine trusts to issue certificates for the name.
 *
 * @throws {CodememError} `unreachable`, `timed_out`, `interrupted`; `untrusted_certificate` where
 * whatever answers does not prove to hold that key
 */
export async function dialTls(options: DialOptions): Promise<TlsStream> {
  const { socket, shown } = await openTls(options, options.certificatePem);
  if (!new X509Certificate(options.certificatePem).raw.equals(Buffer.from(shown))) {
    socket.destroy();
    throw untrusted(formatAddress(options.address));
  }
  // Small messages answer each other here: none is held back to be joined with the next.
  socket.setNoDelay(true);
  return toStream(socket);
}

function toStream(socket: TLSSocket): TlsStream {
  const reader = new SocketReader(socket);
  return {
    source: new ByteSource(() => reader.read()),
    write: (bytes) => write(socket, bytes),
    close: () => void socket.destroy(),
  };
}

async function write(socket: TLSSocket, bytes: Uint8Array): Promise<void> {
  await writeSocket(socket, bytes);
  if (socket.destroyed) {
    throw new ConnectionEnded("Cannot send the message: the connection has ended");
  }
}
