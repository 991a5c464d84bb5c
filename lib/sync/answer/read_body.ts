/** Reading the body of an incoming request, up to a limit. */
import { Buffer } from "node:buffer";
import { CodememError } from "../../errors.ts";
import { gunzip } from "../../model/gunzip.ts";

/**
 * Whether `Content-Length` says that the body is over `maxBytes`: then none of it is read.
 */
export function claimsTooMuch(request: Request, maxBytes: number): boolean {
  const length = request.headers.get("content-length");
  return length !== null && !(Number(length) <= maxBytes);
}

/**
 * Reads a request's body as it was sent, without decoding it.
 *
 * @throws {CodememError} `too_large`
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (claimsTooMuch(request, maxBytes)) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let total = 0;
  if (request.body === null) return new Uint8Array();
  for await (const part of request.body) {
    total += part.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/**
 * Decodes a body: as it is, or gzip.
 *
 * @throws {CodememError} `too_large` if it inflates to more than `maxBytes`; `invalid_request` if it is
 * not in the content coding that the request says
 */
export function decodeBody(request: Request, body: Uint8Array, maxBytes: number): Uint8Array {
  const encoding = request.headers.get("content-encoding");
  if (encoding === null || encoding === "identity") return body;
  if (encoding === "gzip") return inflate(body, maxBytes);
  throw new CodememError("invalid_request", "Cannot read the body: its content coding is unknown", {
    hint: "Send it as it is, or with gzip",
  });
}

function inflate(body: Uint8Array, maxBytes: number): Uint8Array {
  const inflated = gunzip(body, maxBytes);
  if (inflated === "too_large") throw tooLarge(maxBytes);
  if (inflated !== "not_gzip") return inflated;
  throw new CodememError("invalid_request", "Cannot read the body: it is not gzip", {
    hint: "Send it as it is, or with gzip",
  });
}

function tooLarge(maxBytes: number): CodememError {
  return new CodememError(
    "too_large",
    `Cannot take the request: its body is over ${maxBytes} bytes`,
    {
      hint: "Send it in smaller parts",
    },
  );
}
