/** One request and its response over an established stream: the client's side of HTTP/1.1. */
import { Buffer } from "node:buffer";
import { CodememError } from "../errors.ts";
import { gunzip } from "../model/gunzip.ts";
import { ConnectionEnded } from "./byte_source.ts";
import type { TlsStream } from "./dial_tls.ts";
import { type BodyFraming, readFieldLines, readFraming } from "./http_fields.ts";
import { MessageBody } from "./message_body.ts";

const MAX_HEAD_BYTES = 32_768;
const STATUS_LINE = /^HTTP\/1\.1 ([2-5]\d\d) [\x20-\x7e\t]*$/;

/** A request to send. */
export interface HttpRequest {
  readonly method: string;
  /** The path and query, exactly as they are to stand on the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The largest body to take, before and after inflating. */
  readonly maxResponseBytes: number;
}

/** An answer, its body inflated. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * Sends a request and reads its response.
 *
 * @param host the value of `Host`
 * @returns the response, and whether the connection can carry another request
 * @throws {CodememError} `invalid_response`, `too_large`; errors of the connection as they come
 */
export async function exchange(
  stream: TlsStream,
  host: string,
  request: HttpRequest,
): Promise<{ readonly response: HttpResponse; readonly keepAlive: boolean }> {
  await stream.write(requestBytes(host, request));
  const { source } = stream;
  const text = await source.takeUntil("\r\n\r\n", MAX_HEAD_BYTES);
  if (text === null) throw new ConnectionEnded("Cannot read the answer: the connection ended");
  if (text === undefined) throw invalid("its header is too long");
  const { status, fields, framing } = readResponseHead(text, request.method);
  if (framing.kind === "length" && framing.bytes > request.maxResponseBytes) {
    throw tooLarge(request.maxResponseBytes);
  }
  const sent = await new MessageBody(source, framing, {
    maxBytes: request.maxResponseBytes,
    tooLarge: () => tooLarge(request.maxResponseBytes),
    malformed: () => invalid("its chunks are malformed"),
  }).readAll();
  const headers = new Headers(fields);
  const body = decodeBody(sent, headers.get("content-encoding"), request.maxResponseBytes);
  const keepAlive = !/\bclose\b/i.test(headers.get("connection") ?? "");
  return { response: { status, headers, body }, keepAlive };
}

function requestBytes(host: string, { method, target, headers, body }: HttpRequest): Uint8Array {
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\naccept-encoding: gzip\r\n`;
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`;
  if (body !== undefined) head += `content-length: ${body.length}\r\n`;
  const text = Buffer.from(`${head}\r\n`, "latin1");
  return body === undefined || body.length === 0 ? text : Buffer.concat([text, body]);
}

function readResponseHead(text: string, method: string): {
  readonly status: number;
  readonly fields: [string, string][];
  readonly framing: BodyFraming;
} {
  const [statusLine, ...lines] = text.split("\r\n");
  const match = STATUS_LINE.exec(statusLine!);
  if (match === null) throw invalid("it is not one of HTTP/1.1");
  const fields = readFieldLines(lines);
  if (fields === undefined) throw invalid("a header line is not a field");
  const status = Number(match[1]);
  if (method === "HEAD" || status === 204 || status === 304) {
    return { status, fields, framing: { kind: "none" } };
  }
  const framing = readFraming(fields);
  if ("problem" in framing) throw invalid(framing.problem);
  const hasLength = fields.some(([name]) => name === "content-length");
  if (framing.kind === "none" && !hasLength) throw invalid("its length is not given");
  return { status, fields, framing };
}

function decodeBody(body: Uint8Array, encoding: string | null, maxBytes: number): Uint8Array {
  if (encoding === null || encoding === "identity") return body;
  if (encoding !== "gzip") throw invalid("its content coding was not asked for");
  const inflated = gunzip(body, maxBytes);
  if (inflated === "too_large") throw tooLarge(maxBytes);
  if (inflated === "not_gzip") throw invalid("its body is not gzip");
  return inflated;
}

function invalid(problem: string): CodememError {
  return new CodememError("invalid_response", `Cannot read the answer: ${problem}`, {
    hint: "Check that both devices run a current codemem",
  });
}

function tooLarge(maxBytes: number): CodememError {
  return new CodememError("too_large", `Cannot take the answer: it is over ${maxBytes} bytes`, {
    hint: "Check that both devices run a current codemem",
  });
}
