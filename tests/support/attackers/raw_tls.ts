/** A client that sends what no real client would, for tests. */
import type { KeyHolder } from "./key_holder.ts";

/** Whose certificate is trusted. */
type Certified = Pick<KeyHolder, "certificateName" | "certificatePem">;

/** What came back, and whether the other side ended the connection. */
export interface RawAnswer {
  readonly text: string;
  readonly ended: boolean;
}

/** Opens a verified TLS connection to a local port. */
export async function openRawTls(port: number, server: Certified): Promise<Deno.TlsConn> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  return await Deno.startTls(tcp, {
    hostname: server.certificateName,
    caCerts: [server.certificatePem],
  });
}

/** Sends `text` and reads until the other side ends the connection or `untilMs` is over. */
export async function sendRaw(
  port: number,
  server: Certified,
  text: string | Uint8Array,
  untilMs = 60_000,
): Promise<RawAnswer> {
  const conn = await openRawTls(port, server);
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    conn.close();
  }, untilMs);
  const bytes = typeof text === "string" ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : text;
  const writing = writeAll(conn, bytes);
  const answer = await readAll(conn);
  await writing;
  clearTimeout(timer);
  if (!over) conn.close();
  return { text: answer, ended: !over };
}

async function writeAll(conn: Deno.TlsConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) done += await conn.write(bytes.subarray(done));
  } catch (error) {
    // The other side may end the connection before all is sent; the answer says why.
    if (!(error instanceof Error)) throw error;
  }
}

async function readAll(conn: Deno.TlsConn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let length = await conn.read(buffer); length !== null; length = await conn.read(buffer)) {
      text += new TextDecoder("latin1").decode(buffer.subarray(0, length));
    }
  } catch (error) {
    // A reset, or the timer: what came before it counts.
    if (!(error instanceof Error)) throw error;
  }
  return text;
}
