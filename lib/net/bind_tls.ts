/** Binding one address for TLS, with what the runtime needs to be told for it. */
import net, { type Socket } from "node:net";
import tls, { type Server } from "node:tls";
import { type BindFailure, bindFailure } from "./bind_failure.ts";

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
    await listening(server, host, port);
    const address = server.address();
    return { server, port: typeof address === "object" ? address?.port ?? port : port };
  } catch (error) {
    return bindFailure(error);
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const settled = () => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve();
    };
    // Deno before 2.8 has a TLS server of its own kind: its host is an option of the constructor.
    if (server instanceof net.Server) server.listen({ host, port }, settled);
    else (server as Server).listen(port, settled);
  });
}
