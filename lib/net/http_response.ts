/** HTTP/1.1 responses onto a socket (RFC 9112 §4). */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Buffer } from "node:buffer";
import type { CodememError } from "../errors.ts";
import { writeSocket } from "./write_socket.ts";

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
  await writeSocket(socket, options.head ? head : Buffer.concat([head, body]));
}

/**
 * Writes a response part by part, as its body is made. Its length is not known before: its end is
 * the end of the connection (RFC 9112 §6.3). The body is cancelled when the other side has hung up.
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
    await writeSocket(socket, responseHead(response, LAST));
    while (!socket.destroyed) {
      const { done, value } = await reader.read();
      if (done) return;
      onPart();
      await writeSocket(socket, value);
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
