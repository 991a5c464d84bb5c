/** A TLS listener for tests, and what they ask it. */
import net, { type Socket } from "node:net";
import { openPinnedConnection } from "../../lib/net/pinned_connection.ts";
import type { RequestHandler } from "../../lib/net/serve_connection.ts";
import { listenTls, type ListenTlsOptions, type TlsListener } from "../../lib/net/tls_listener.ts";
import { newKeyHolder } from "./attackers/key_holder.ts";

/** Whom the listener is. */
export const SERVER = await newKeyHolder("server");
/** Before, it neither shows a TCP socket nor takes a minimum version of TLS. */
export const IS_CURRENT_RUNTIME = !/^2\.[0-7]\./.test(Deno.version.deno);
/** The head of a request, but for its end. */
export const GET = "GET / HTTP/1.1\r\nhost: x\r\n";

/** Says what it was asked. */
const echo: RequestHandler = async (request, { remoteAddress }) => {
  const body = request.body === null ? "" : await request.text();
  return Response.json({ method: request.method, url: request.url, remoteAddress, body });
};

/** Runs `act` with a listener of its own. */
export async function listening(
  options: Partial<ListenTlsOptions>,
  act: (listener: TlsListener) => Promise<void>,
): Promise<void> {
  const listener = await listenTls({
    binds: ["127.0.0.1"],
    port: 0,
    privateKey: SERVER.privateKey,
    certificatePem: SERVER.certificatePem,
    handler: echo,
    ...options,
  });
  try {
    await act(listener);
  } finally {
    await listener.close({ graceMs: 100 });
  }
}

/** Opens a connection to it. */
export function connect(port: number) {
  return openPinnedConnection({
    address: { host: "127.0.0.1", port },
    certificateName: SERVER.certificateName,
    certificatePem: SERVER.certificatePem,
    connectTimeoutMs: 5_000,
  });
}

/** A connection that never says a word. */
export async function openSocket(port: number, host: string, localPort?: number): Promise<Socket> {
  const socket = net.connect({ host, port, localAddress: "127.0.0.1", localPort });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** Asks it once. @returns the body */
export async function get(port: number, target = "/"): Promise<string> {
  const connection = await connect(port);
  try {
    const request = {
      method: "GET",
      target,
      headers: {},
      timeoutMs: 5_000,
      maxResponseBytes: 10_000,
    };
    return new TextDecoder().decode((await connection.request(request)).body);
  } finally {
    connection.close();
  }
}
