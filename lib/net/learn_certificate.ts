/** Learning a peer's certificate from nothing but the fingerprint of its key. */
import tls from "node:tls";
import { type Address, formatAddress } from "../model/address.ts";
import { CodememError } from "../errors.ts";

/** Options of {@link learnCertificate}. */
export interface LearnCertificateOptions {
  readonly address: Address;
  readonly certificateName: string;
  /** Whether a certificate, as DER, is over the key that is looked for. */
  readonly accepts: (der: Uint8Array) => boolean;
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Fetches the certificate shown at an address and hangs up. Nothing is proven by it: anyone can show a
 * copy. It becomes worth something when it is the one trust anchor of a second, verified connection.
 *
 * @returns the certificate as PEM, with a key that `accepts` holds for the right one
 * @throws {CodememError} `untrusted_certificate` where it is another's, with its DER as `details.der`;
 * `unreachable`, `timed_out`, `interrupted`
 */
export async function learnCertificate(options: LearnCertificateOptions): Promise<string> {
  const der = await shownCertificate(options);
  if (!options.accepts(der)) {
    throw new CodememError(
      "untrusted_certificate",
      `Cannot trust ${formatAddress(options.address)}: it has another key than expected`,
      { hint: "Check that the address leads to the right device", details: { der } },
    );
  }
  const base64 = new Uint8Array(der).toBase64().replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function shownCertificate(options: LearnCertificateOptions): Promise<Uint8Array> {
  const { address: { host, port }, certificateName: servername, signal } = options;
  const name = formatAddress(options.address);
  return new Promise((resolve, reject) => {
    // Unverified, so that the certificate can be read at all; no byte of data ever follows.
    const socket = tls.connect({ host, port, servername, rejectUnauthorized: false });
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      socket.destroy();
      act();
    };
    const abort = () =>
      settle(() => reject(failure("interrupted", `Cannot connect to ${name}: it was interrupted`)));
    const timer = setTimeout(() =>
      settle(() =>
        reject(failure(
          "timed_out",
          `Cannot connect to ${name}: no answer within ${options.connectTimeoutMs} ms`,
        ))
      ), options.connectTimeoutMs);
    const unreachable = (cause?: unknown) =>
      settle(() => reject(failure("unreachable", `Cannot reach ${name}: no connection`, cause)));
    socket.on("error", unreachable);
    socket.on("close", () => unreachable());
    socket.on("secureConnect", () => {
      const raw = socket.getPeerCertificate()?.raw;
      if (raw === undefined) unreachable();
      else settle(() => resolve(raw));
    });
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
  });
}

function failure(
  code: "interrupted" | "timed_out" | "unreachable",
  message: string,
  cause?: unknown,
): CodememError {
  const hint = "Check that codemem is running there and that the network leads to it";
  return new CodememError(code, message, code === "interrupted" ? {} : { hint, cause });
}
