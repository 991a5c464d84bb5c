/**
 * A process that asks one server, for tests of what its environment makes it trust. Takes a
 * {@link DialOnce} as JSON, prints a {@link DialedOnce}.
 */
import { CodememError } from "../../../lib/errors.ts";
import { learnCertificate } from "../../../lib/net/learn_certificate.ts";
import { openPinnedConnection } from "../../../lib/net/pinned_connection.ts";

/** Whom to ask. */
export interface DialOnce {
  readonly port: number;
  readonly certificateName: string;
  readonly certificatePem: string;
}

/** What came of it: `answered`, or the code of the error. */
export interface DialedOnce {
  readonly pinned: string;
  /** Of learning the certificate, which hangs up after it. */
  readonly learned: string;
  /** Whether the runtime itself trusts the server, for the name, by the authorities it knows. */
  readonly runtimeTrusts: boolean;
}

if (import.meta.main) console.log(JSON.stringify(await dialOnce(JSON.parse(Deno.args[0]!))));

async function dialOnce(options: DialOnce): Promise<DialedOnce> {
  const target = {
    address: { host: "127.0.0.1", port: options.port },
    certificateName: options.certificateName,
    connectTimeoutMs: 5_000,
  };
  const pinned = await outcome(async () => {
    const { certificatePem } = options;
    const connection = await openPinnedConnection({ ...target, certificatePem });
    const request = { method: "GET", target: "/secret", headers: {}, timeoutMs: 5_000 };
    await connection.request({ ...request, maxResponseBytes: 1_000 });
    connection.close();
  });
  const learned = await outcome(() => learnCertificate({ ...target, accepts: () => true }));
  return { pinned, learned, runtimeTrusts: await runtimeTrusts(options) };
}

async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return "answered";
  } catch (error) {
    if (error instanceof CodememError) return error.code;
    throw error;
  }
}

async function runtimeTrusts({ port, certificateName: hostname }: DialOnce): Promise<boolean> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  using conn = await Deno.startTls(tcp, { hostname });
  try {
    await conn.handshake();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.InvalidData) return false;
    throw error;
  }
}
