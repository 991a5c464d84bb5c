/** Binding a server to one address. */
import net, { type Server } from "node:net";

/**
 * Binds a server.
 *
 * @param options.port 0 takes any that is free
 * @returns the port that it listens on
 * @throws what the system says
 */
export async function bindServer(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    const listening = () => {
      server.off("error", reject);
      // Without a listener a later error of the server would end the process.
      server.on("error", () => {});
      resolve();
    };
    // Deno before 2.8 has a TLS server of its own kind: its host is an option of the constructor.
    if (server instanceof net.Server) server.listen({ host, port }, listening);
    else (server as Server).listen(port, listening);
  });
  const address = server.address();
  return typeof address === "object" ? address?.port ?? port : port;
}
