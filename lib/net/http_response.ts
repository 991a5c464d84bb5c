/** HTTP/1.1 responses onto a socket (RFC 9112 §4). */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { Buffer } from "node:buffer";
import type { CodememError } from "../errors.ts";

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
  let head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}\r\n`;
  response.headers.forEach((value, name) => {
    if (!OWN_FIELDS.has(name)) head += `${name}: ${value}\r\n`;
  });
  head += `date: ${new Date().toUTCString()}\r\ncontent-length: ${body.length}\r\n`;
  head += options.keepAlive ? "\r\n" : "connection: close\r\n\r\n";
  const text = Buffer.from(head, "latin1");
  await write(socket, options.head ? text : Buffer.concat([text, body]));
}

/** A refusal as JSON, in the form every refusal of this program has. */
export function refusal(error: CodememError, status: number = error.status): Response {
  return Response.json({ error: error.code, message: error.message, hint: error.hint }, { status });
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
