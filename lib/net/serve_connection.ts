/** One connection of a server: request after request until one side ends it. */
import type { Socket } from "node:net";
import { CodememError } from "../errors.ts";
import { ByteSource, ConnectionEnded } from "./byte_source.ts";
import type { Connection } from "./connection_gate.ts";
import { type HeadReading, type HttpHead, readHead } from "./http_head.ts";
import { refusal, streamResponse, writeResponse } from "./http_response.ts";
import type { ListenerLimits } from "./listener_limits.ts";
import { type BodyLimits, MessageBody } from "./message_body.ts";
import { SocketReader } from "./socket_reader.ts";

/** How long a caller may take to read its last answer before the connection is cut. */
const LINGER_MS = 1_000;
/** How much of a body that nobody wanted is read to save the connection. */
const MAX_UNREAD_BYTES = 65_536;
/** What is written while it is made (HTML §9.2). */
const EVENT_STREAM = "text/event-stream";
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** What a handler knows beside the request. */
export interface RequestInfo {
  /** IPv4 addresses as such, also where they came over IPv6. */
  readonly remoteAddress: string;
  /** Aborted when the caller has hung up. */
  readonly signal: AbortSignal;
  /**
   * Gives the request its full time, from now: the caller is known. A stranger's must be sent and
   * answered within the time for a head.
   */
  readonly grantTime: () => void;
  /** Names whose connection it is, as the caller has proven: it can be ended by that name. */
  readonly ownedBy: (owner: string) => void;
}

/**
 * Answers a request. `request.url` holds the target exactly as it was sent: one that a URL parser
 * would change is refused before any handler sees it, unless {@link ServeOptions.isTarget} lets it in.
 */
export type RequestHandler = (request: Request, info: RequestInfo) => Promise<Response> | Response;

/** What {@link serveConnection} needs beside the socket. */
export interface ServeOptions {
  readonly handler: RequestHandler;
  readonly limits: ListenerLimits;
  /** What stands before the target in the URL of a request: `https://localhost` without it. */
  readonly origin?: string;
  /** Which targets are read, as {@link readHead} has it. */
  readonly isTarget?: (target: string) => boolean;
  /** The headers of what is refused before the handler sees it, or because the handler fails. */
  readonly refusalHeaders?: Readonly<Record<string, string>>;
  /** Whether the listener is closing, so that each answer is the connection's last. */
  readonly isClosing: () => boolean;
  /** Told of what a handler threw. */
  readonly onError: (error: unknown) => void;
}

/** Serves a connection to its end. Never throws. */
export async function serveConnection(
  socket: Socket,
  connection: Connection,
  options: ServeOptions,
): Promise<void> {
  const { limits } = options;
  const reader = new SocketReader(socket);
  const source = new ByteSource(() => reader.read());
  const hungUp = new AbortController();
  socket.once("close", () => hungUp.abort());
  const info = {
    remoteAddress: connection.remoteAddress,
    signal: hungUp.signal,
    grantTime: () => connection.expireIn(limits.requestTimeoutMs),
    ownedBy: (owner: string) => {
      connection.owner = owner;
    },
  };
  try {
    while (await serveRequest(socket, source, connection, info, options)) {
      connection.expireIn(limits.idleTimeoutMs);
      if (!await source.waitForBytes()) break;
      connection.expireIn(limits.headersTimeoutMs);
    }
    reader.discard();
    connection.expireIn(LINGER_MS);
    socket.end();
  } catch (error) {
    if (!(error instanceof ConnectionEnded)) options.onError(error);
    connection.destroy();
  }
}

/** Serves one request; resolves to whether another may follow. */
async function serveRequest(
  socket: Socket,
  source: ByteSource,
  connection: Connection,
  info: RequestInfo,
  options: ServeOptions,
): Promise<boolean> {
  const { limits } = options;
  const reading = await nextHead(source, options);
  if (reading === null) return false;
  if ("problem" in reading) {
    const response = refuseHead(reading.status, reading.problem, options);
    await writeResponse(socket, response, { head: false, keepAlive: false });
    return false;
  }
  const { head } = reading;
  connection.expireIn(limits.headersTimeoutMs);
  connection.isBusy = true;
  try {
    const body = new MessageBody(source, head.framing, bodyLimits(limits.maxBodyBytes));
    const response = await answer(head, body, info, options);
    if (response.headers.get("content-type") === EVENT_STREAM) {
      // Lasts as long as there are events, and the caller reads them.
      const onPart = () => connection.expireIn(limits.requestTimeoutMs);
      await streamResponse(socket, response, onPart);
      return false;
    }
    const keepAlive = head.keepAlive && !options.isClosing() && !connection.isLastAnswer &&
      body.remaining <= MAX_UNREAD_BYTES;
    await writeResponse(socket, response, { head: head.method === "HEAD", keepAlive });
    return keepAlive && await skipRest(body);
  } finally {
    connection.isBusy = false;
  }
}

/** The head of the next request; null where the caller has hung up before it. */
async function nextHead(
  source: ByteSource,
  { limits: { maxHeaderBytes }, isTarget }: ServeOptions,
): Promise<HeadReading | null> {
  const text = await source.takeUntil("\r\n\r\n", maxHeaderBytes);
  if (text === null) return null;
  if (text !== undefined) return readHead(text, isTarget);
  return { status: 431, problem: `its header is over ${maxHeaderBytes} bytes` };
}

async function answer(
  head: HttpHead,
  body: MessageBody,
  info: RequestInfo,
  options: ServeOptions,
): Promise<Response> {
  const { handler, limits, onError, refusalHeaders, origin = "https://localhost" } = options;
  const { method, framing } = head;
  if (!METHODS.has(method)) return refuseHead(501, "its method is not supported", options);
  const takesBody = method !== "GET" && method !== "HEAD";
  if (!takesBody && framing.kind !== "none") {
    return refuseHead(400, `a ${method} has no body`, options);
  }
  if (framing.kind === "length" && framing.bytes > limits.maxBodyBytes) {
    return refuseHead(413, `its body is over ${limits.maxBodyBytes} bytes`, options);
  }
  try {
    const request = new Request(`${origin}${head.target}`, {
      method,
      headers: head.fields,
      ...(framing.kind !== "none" && { body: body.stream(), duplex: "half" }),
    });
    return await handler(request, info);
  } catch (error) {
    if (!(error instanceof CodememError)) onError(error);
    const told = error instanceof CodememError ? error : unexpected();
    return refusal(told, { headers: refusalHeaders });
  }
}

function unexpected(): CodememError {
  return new CodememError("internal", "Cannot answer the request: an unexpected failure", {
    hint: "The log of the device that was asked holds the details",
  });
}

/** Reads the little that a handler left of a body; false where it does not come. */
async function skipRest(body: MessageBody): Promise<boolean> {
  try {
    while (!body.done) await body.next();
    return true;
  } catch (error) {
    if (error instanceof CodememError || error instanceof ConnectionEnded) return false;
    throw error;
  }
}

function bodyLimits(maxBytes: number): BodyLimits {
  return {
    maxBytes,
    tooLarge: () =>
      new CodememError("too_large", `Cannot take the request: its body is over ${maxBytes} bytes`, {
        hint: "Send it in smaller parts",
      }),
    malformed: () =>
      new CodememError("invalid_request", "Cannot read the request: its chunks are malformed", {
        hint: "Send the body with a Content-Length",
      }),
  };
}

function refuseHead(
  status: number,
  problem: string,
  { refusalHeaders: headers }: ServeOptions,
): Response {
  const code = status === 413 || status === 431 ? "too_large" : "invalid_request";
  const error = new CodememError(code, `Cannot take the request: ${problem}`, {
    hint: "Send a plain HTTP/1.1 request within the limits",
  });
  return refusal(error, { status, headers });
}
