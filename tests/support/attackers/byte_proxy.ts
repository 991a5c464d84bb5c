/** A man in the middle, for tests: passes a TCP stream on and may change bytes of it. */

/** Which byte of which direction is changed. */
export interface Tampering {
  readonly direction: "request" | "response";
  /** Counted from the connection's first byte. */
  readonly at: number;
  /** Exclusive-or with the byte that is there. */
  readonly mask: number;
}

type Direction = Tampering["direction"];

/** Passes on what comes in on a port of its own. */
export class ByteProxy {
  /** How many bytes went which way, on every connection together. */
  readonly counts = { request: 0, response: 0 };
  /** Everything that went by, in order. */
  readonly seen: Readonly<Record<Direction, Uint8Array[]>> = { request: [], response: [] };
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.Conn>();
  readonly #targetPort: number;
  readonly #tampering: Tampering | undefined;

  constructor(targetPort: number, tampering?: Tampering) {
    this.#targetPort = targetPort;
    this.#tampering = tampering;
    void this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  close(): void {
    this.#listener.close();
    for (const conn of this.#conns) closeQuietly(conn);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#targetPort });
      this.#conns.add(client).add(server);
      void Promise.all([
        this.#pump(client, server, "request"),
        this.#pump(server, client, "response"),
      ]).then(() => [client, server].forEach(closeQuietly));
    }
  }

  async #pump(from: Deno.Conn, to: Deno.Conn, direction: Direction): Promise<void> {
    const buffer = new Uint8Array(65_536);
    let done = 0;
    try {
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) break;
        const part = this.#tampered(buffer.slice(0, length), direction, done);
        done += length;
        this.counts[direction] += length;
        this.seen[direction].push(part);
        for (let sent = 0; sent < length;) sent += await to.write(part.subarray(sent));
      }
      await to.closeWrite();
    } catch (error) {
      // Either side may end the connection at any time: the other is then ended too.
      if (!(error instanceof Error)) throw error;
      for (const conn of [from, to]) closeQuietly(conn);
    }
  }

  /** @param start where the part begins in its direction */
  #tampered(part: Uint8Array, direction: Direction, start: number): Uint8Array {
    if (this.#tampering?.direction !== direction) return part;
    const { at, mask } = this.#tampering;
    if (at >= start && at < start + part.length) part[at - start]! ^= mask;
    return part;
  }
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
