/** A man in the middle, for tests: passes a TCP stream on and may change bytes of it. */

/** Which byte of which direction is changed. */
export interface Tampering {
  readonly direction: "request" | "response";
  /** Counted from the connection's first byte. */
  readonly at: number;
  /** Exclusive-or with the byte that is there. */
  readonly mask: number;
}

/** A running proxy. */
export interface ByteProxy {
  readonly port: number;
  /** How many bytes went which way, on every connection together. */
  readonly counts: Readonly<Record<Tampering["direction"], number>>;
  /** Everything that went by, in order. */
  readonly seen: Readonly<Record<Tampering["direction"], Uint8Array[]>>;
  close(): void;
}

/** Listens on a port of its own and passes everything on to `targetPort`. */
export function startByteProxy(targetPort: number, tampering?: Tampering): ByteProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const counts = { request: 0, response: 0 };
  const seen = { request: [] as Uint8Array[], response: [] as Uint8Array[] };
  const conns = new Set<Deno.Conn>();
  const pump = async (from: Deno.Conn, to: Deno.Conn, direction: Tampering["direction"]) => {
    const buffer = new Uint8Array(65_536);
    let done = 0;
    try {
      for (
        let length = await from.read(buffer);
        length !== null;
        length = await from.read(buffer)
      ) {
        const part = buffer.slice(0, length);
        const at = tampering?.direction === direction ? tampering.at - done : -1;
        if (at >= 0 && at < length) part[at]! ^= tampering!.mask;
        done += length;
        counts[direction] += length;
        seen[direction].push(part);
        for (let sent = 0; sent < length;) sent += await to.write(part.subarray(sent));
      }
      await to.closeWrite();
    } catch (error) {
      // Either side may end the connection at any time: the other is then ended too.
      if (!(error instanceof Error)) throw error;
      for (const conn of [from, to]) closeQuietly(conn);
    }
  };
  void (async () => {
    for await (const client of listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
      conns.add(client).add(server);
      void Promise.all([pump(client, server, "request"), pump(server, client, "response")])
        .then(() => [client, server].forEach(closeQuietly));
    }
  })();
  return {
    port: listener.addr.port,
    counts,
    seen,
    close() {
      listener.close();
      for (const conn of conns) closeQuietly(conn);
    },
  };
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
