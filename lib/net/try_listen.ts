/** Finding out whether addresses can be listened on, before anything is given up for it. */
import net from "node:net";
import { type BindFailure, bindFailure, nothingBound, silentListener } from "./bind_failure.ts";

/**
 * Requires that at least one address can be bound now. Nothing stays open.
 *
 * @param options.port 0 asks about the addresses alone
 * @throws {CodememError} `port_in_use` or `address_unavailable`, as listening there would
 */
export async function requireListenable(
  { binds, port }: { readonly binds: readonly string[]; readonly port: number },
): Promise<void> {
  const failures: BindFailure[] = [];
  for (const host of binds) {
    const failure = await tryListen(host, port);
    if (failure === undefined) return;
    failures.push(failure);
  }
  const listeners = failures.map((failure, at) => silentListener(binds[at]!, port, failure));
  throw nothingBound(failures, listeners, port);
}

function tryListen(host: string, port: number): Promise<BindFailure | undefined> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(bindFailure(error)));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
