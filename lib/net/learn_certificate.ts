/** Learning a peer's certificate from nothing but the fingerprint of its key. */
import { Buffer } from "node:buffer";
import { formatAddress } from "../model/address.ts";
import { CodememError } from "../errors.ts";
import { openTls, type OpenTlsOptions } from "./open_tls.ts";

/** Options of {@link learnCertificate}. */
export interface LearnCertificateOptions extends OpenTlsOptions {
  /** Whether a certificate, as DER, is over the key that is looked for. */
  readonly accepts: (der: Uint8Array) => boolean;
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
      {
        hint: "Check that the address leads to the right device; one that has a new identity is " +
          "removed here and paired again",
        details: { der },
      },
    );
  }
  const base64 = Buffer.from(der).toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

async function shownCertificate(options: LearnCertificateOptions): Promise<Uint8Array> {
  try {
    // Unverified, so that the certificate can be read at all; no byte of data ever follows.
    const { socket, shown } = await openTls(options, null);
    socket.destroy();
    return shown;
  } catch (cause) {
    if (!(cause instanceof CodememError) || cause.code !== "untrusted_certificate") throw cause;
    // What did not complete the handshake has shown no certificate, so not that of another device.
    throw new CodememError(
      "unreachable",
      `Cannot reach ${formatAddress(options.address)}: no certificate is shown there`,
      { hint: "Check that codemem is running there and that the network leads to it", cause },
    );
  }
}
