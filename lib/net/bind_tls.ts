/** Binding one address for TLS, with what the runtime needs to be told for it. */
import type { Socket } from "node:net";
import tls, { type Server } from "node:tls";
import { type BindFailure, bindFailure } from "./bind_failure.ts";
import { bindServer } from "./bind_server.ts";

/** Options of {@link bindTls}. */
export interface BindTlsOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  readonly admit: (socket: Socket) => void;
  readonly serve: (socket: Socket) => void;
}

/** Binds one address; resolves to the server and its port, or to why it could not. */
export async function bindTls(
  options: BindTlsOptions,
): Promise<{ readonly server: Server; readonly port: number } | BindFailure> {
  const { host, port, key, cert, admit, serve } = options;
  const parameters = { key, cert, host, minVersion: "TLSv1.3" as const, pauseOnConnect: false };
  const server = tls.createServer(parameters);
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    admit(socket);
  });
  server.on("secureConnection", serve);
  // A failed handshake is the caller's affair; its socket is closed by the runtime.
  server.on("tlsClientError", () => {});
  try {
    return { server, port: await bindServer(server, { host, port }) };
  } catch (error) {
    return bindFailure(error);
  }
}
