/** Requests of the sync protocol, made by hand: each part of them can be another than it should be. */
import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { certificateName } from "../../../lib/model/device.ts";
import type { KeyHolder } from "./key_holder.ts";
import { sendRaw } from "./raw_tls.ts";

/** Who signs. */
export interface Caller {
  readonly deviceId: string;
  readonly privateKey: KeyObject;
}

/** Who answers, and where: `127.0.0.1:port`. */
export interface Answerer {
  readonly address: string;
  readonly identity: Pick<KeyHolder, "deviceId" | "certificatePem">;
}

/** A request, ready to be sent or to be altered. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What is signed and how; all that is left out is as it should be. */
export interface SigningOptions {
  /** The device id of the called. */
  readonly recipient: string;
  readonly method?: string;
  readonly target?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly createdS?: number;
  readonly expiresS?: number;
  readonly nonce?: string;
  readonly keyid?: string;
  readonly alg?: string;
  readonly tag?: string;
  readonly components?: readonly string[];
}

/** What came back. */
export interface RawResponse {
  readonly status: number;
  /** Its body, read as JSON; `undefined` where it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
}

const COMPONENTS = ["@method", "@path", "@query", "content-digest", "codemem-recipient"];

/** Signs a request as the protocol says (RFC 9421 §2.5), but for what the options change. */
export function signed(caller: Caller, options: SigningOptions): RawRequest {
  const { method = "GET", target = "/v1/status", components = COMPONENTS } = options;
  const body = bytesOf(options.body ?? "");
  const createdS = options.createdS ?? Math.floor(Date.now() / 1_000);
  const [path, query] = target.split(/(?=\?)/);
  const headers: Record<string, string> = {
    "content-digest": contentDigest(body),
    "codemem-recipient": options.recipient,
    ...options.headers,
  };
  const derived: Record<string, string> = {
    "@method": method,
    "@path": path!,
    "@query": query ?? "?",
  };
  const parameters = `(${components.map((name) => `"${name}"`).join(" ")})` +
    `;created=${createdS};expires=${options.expiresS ?? createdS + 300}` +
    `;nonce="${options.nonce ?? randomBytes(16).toString("hex")}"` +
    `;keyid="${options.keyid ?? caller.deviceId}"` +
    `;alg="${options.alg ?? "ed25519"}";tag="${options.tag ?? "codemem-sync-3"}"`;
  const lines = components.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join("\n");
  const signature = sign(null, new TextEncoder().encode(base), caller.privateKey);
  headers["signature-input"] = `sig1=${parameters}`;
  headers.signature = `sig1=:${signature.toString("base64")}:`;
  return { method, target, headers, body };
}

/** The same request with other header fields; those that are undefined are left out. */
export function withHeaders(
  request: RawRequest,
  changed: Readonly<Record<string, string | undefined>>,
): RawRequest {
  const headers = Object.entries({ ...request.headers, ...changed })
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...request, headers: Object.fromEntries(headers) };
}

/** Sends a request to a device over a connection that is pinned to its certificate. */
export async function send(device: Answerer, request: RawRequest): Promise<RawResponse> {
  const { method, target, headers, body } = request;
  const isFramed = "transfer-encoding" in headers || "content-length" in headers;
  const fields = {
    host: "device",
    connection: "close",
    ...headers,
    ...(method === "GET" || isFramed ? {} : { "content-length": String(body.length) }),
  };
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
  ].join("\r\n");
  const bytes = new Blob([`${head}\r\n\r\n`, new Uint8Array(body)]);
  const holder = {
    certificatePem: device.identity.certificatePem,
    certificateName: certificateName(device.identity.deviceId),
  };
  const port = Number(device.address.split(":").at(-1));
  const { text } = await sendRaw(port, holder, await bytes.bytes(), 20_000);
  return readResponse(text);
}

/** The `Content-Digest` of a body (RFC 9530). */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
}

/** A body in chunks of a size (RFC 9112 §7.1). */
export function chunked(body: Uint8Array, size: number): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let start = 0; start < body.length; start += size) {
    const part = body.subarray(start, start + size);
    parts.push(encoder.encode(`${part.length.toString(16)}\r\n`), part, encoder.encode("\r\n"));
  }
  parts.push(encoder.encode("0\r\n\r\n"));
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

function readResponse(text: string): RawResponse {
  const [head, body = ""] = text.split(/\r\n\r\n(.*)/s);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head!)?.[1]);
  try {
    return { status, text: body, json: JSON.parse(body) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status, text: body, json: undefined };
  }
}
