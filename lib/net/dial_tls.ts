/** Dialling over TLS, verified against exactly one certificate. */
import { type Address, formatAddress } from "../model/address.ts";
import { CodememError } from "../errors.ts";
import { ByteSource } from "./byte_source.ts";

/** Options of {@link dialTls}. */
export interface DialOptions {
  readonly address: Address;
  /** The DNS name in the peer's certificate, whatever the address. */
  readonly certificateName: string;
  /** The one trust anchor. */
  readonly certificatePem: string;
  /** For TCP and TLS together. */
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/** An established connection. */
export interface TlsStream {
  readonly source: ByteSource;
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

const READ_BYTES = 65_536;

/**
 * Connects, and completes the handshake with the holder of the certificate's key.
 *
 * @throws {CodememError} `unreachable`, `timed_out`, `interrupted`; `untrusted_certificate` where
 * whatever answers does not prove to hold that key
 */
export async function dialTls(options: DialOptions): Promise<TlsStream> {
  const name = formatAddress(options.address);
  const timeout = AbortSignal.timeout(options.connectTimeoutMs);
  const signals = options.signal === undefined ? [timeout] : [timeout, options.signal];
  const stop = AbortSignal.any(signals);
  try {
    return toStream(await untilAborted(stop, connect(options, stop)));
  } catch (cause) {
    if (options.signal?.aborted) {
      throw new CodememError("interrupted", `Cannot connect to ${name}: it was interrupted`);
    }
    if (timeout.aborted) {
      throw new CodememError(
        "timed_out",
        `Cannot connect to ${name}: no answer within ${options.connectTimeoutMs} ms`,
        { hint: "Check that the device is on and in the same network", cause },
      );
    }
    throw dialError(name, cause);
  }
}

async function connect(options: DialOptions, signal: AbortSignal): Promise<Deno.TlsConn> {
  const { host: hostname, port } = options.address;
  const tcp = await Deno.connect({ hostname, port, signal });
  if (signal.aborted) {
    tcp.close();
    throw signal.reason;
  }
  // Small messages answer each other here: none is held back to be joined with the next.
  tcp.setNoDelay(true);
  const tls = await Deno.startTls(tcp, {
    hostname: options.certificateName,
    caCerts: [options.certificatePem],
  });
  const close = () => closeQuietly(tls);
  signal.addEventListener("abort", close);
  try {
    await tls.handshake();
    return tls;
  } catch (error) {
    closeQuietly(tls);
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function toStream(conn: Deno.TlsConn): TlsStream {
  const buffer = new Uint8Array(READ_BYTES);
  return {
    source: new ByteSource(async () => {
      const length = await conn.read(buffer);
      return length === null ? null : buffer.slice(0, length);
    }),
    async write(bytes) {
      for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
    },
    close: () => closeQuietly(conn),
  };
}

function closeQuietly(conn: Deno.TlsConn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function dialError(name: string, cause: unknown): CodememError {
  // The TLS layer reports everything a peer got wrong, its certificate first of all, as this kind.
  if (cause instanceof Deno.errors.InvalidData) {
    return new CodememError(
      "untrusted_certificate",
      `Cannot trust ${name}: what answers there did not prove to hold the pinned key`,
      { hint: "Check the address; pair again if the device has a new identity", cause },
    );
  }
  return new CodememError("unreachable", `Cannot reach ${name}: no connection`, {
    hint: "Check that codemem is running there and that the network leads to it",
    cause,
  });
}
