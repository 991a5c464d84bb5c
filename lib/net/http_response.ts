/** HTTP/1.1 responses onto a socket (RFC 9112 §4). */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Buffer } from "node:buffer";
import type { CodememError } from "../errors.ts";

const LAST = "connection: close\r\n";
/** Fields that describe the connection or the body's length: written by us alone. */
const OWN_FIELDS = new Set(["connection", "content-length", "transfer-encoding", "date"]);

/**
 * Writes a response whole; resolves when the socket can take more.
 *
 * @param options `head` leaves the body out (RFC 9110 §9.3.2); `keepAlive` is told to the client
 */
export async function writeResponse(
  socket: Socket,
  response: Response,
  options: { readonly head: boolean; readonly keepAlive: boolean },
): Promise<void> {
  const body = await response.bytes();
  const length = `content-length: ${body.length}\r\n`;
  const head = responseHead(response, options.keepAlive ? length : `${length}${LAST}`);
  await write(socket, options.head ? head : Buffer.concat([head, body]));
}

/**
 * Writes a response part by part, as its body is made. Where it ends is not told before: it takes the
 * connection along (RFC 9112 §6.3). The body is cancelled when the other side has hung up.
 *
 * @param onPart is called before each part
 */
export async function streamResponse(
  socket: Socket,
  response: Response,
  onPart: () => void,
): Promise<void> {
  const reader = response.body!.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  socket.once("close", leave);
  try {
    await write(socket, responseHead(response, LAST));
    while (!socket.destroyed) {
      const { done, value } = await reader.read();
      if (done) return;
      onPart();
      await write(socket, value);
    }
    leave();
  } finally {
    socket.off("close", leave);
  }
}

function responseHead(response: Response, ownFields: string): Uint8Array {
  let head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}\r\n`;
  response.headers.forEach((value, name) => {
    if (!OWN_FIELDS.has(name)) head += `${name}: ${value}\r\n`;
  });
  head += `date: ${new Date().toUTCString()}\r\n${ownFields}\r\n`;
  return Buffer.from(head, "latin1");
}

/**
 * A refusal as JSON, in the form every refusal of this program has.
 *
 * @param options.status another one than that of the error
 */
export function refusal(
  { code, message, hint, status }: CodememError,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  return Response.json({ error: code, message, hint }, { status, ...options });
}

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed || socket.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      socket.off("drain", settle);
      socket.off("close", settle);
      resolve();
    };
    socket.once("drain", settle);
    socket.once("close", settle);
  });
}
