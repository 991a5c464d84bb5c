/**
 * The head of an HTTP/1.1 request (RFC 9112): bytes in, request or verdict out.
 *
 * Reads one spelling only. Whatever two programs could read in two ways, such as both kinds of body
 * length, folded lines or a bare line feed, is refused.
 */
import { type BodyFraming, readFieldLines, readFraming } from "./http_fields.ts";

/** A request without its body. */
export interface HttpHead {
  readonly method: string;
  /** The path and query exactly as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly fields: [name: string, value: string][];
  readonly framing: BodyFraming;
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
}

/** A head, or the status to refuse it with and why. */
export type HeadReading =
  | { readonly head: HttpHead }
  | { readonly status: 400 | 417 | 431 | 501 | 505; readonly problem: string };

const REQUEST_LINE = /^([A-Z]{1,16}) (\/[\x21-\x7e]*) HTTP\/(\d\.\d)$/;
const MAX_FIELDS = 64;

/**
 * Reads a head.
 *
 * @param text the bytes up to, not including, the empty line, one character for each byte
 * @param isTarget which targets are read: those that have one spelling, unless told otherwise
 */
export function readHead(
  text: string,
  isTarget: (target: string) => boolean = isNormalTarget,
): HeadReading {
  const [requestLine, ...lines] = text.split("\r\n");
  const request = REQUEST_LINE.exec(requestLine!);
  if (request === null) return bad("the request line is not one of HTTP/1.1");
  const [, method, target, version] = request;
  if (version !== "1.1") return { status: 505, problem: "only HTTP/1.1 is supported" };
  if (!isTarget(target!)) return bad("the request target is not in its normal form");
  if (lines.length > MAX_FIELDS) return { status: 431, problem: "too many header fields" };
  const fields = readFieldLines(lines);
  if (fields === undefined) return bad("a header line is not a field");
  return readFields(method!, target!, fields);
}

/**
 * Whether a URL parser leaves the target as it is. What was signed, what is routed and what a URL
 * object shows are then the same text.
 */
export function isNormalTarget(target: string): boolean {
  if (/^(?:\/[A-Za-z0-9_-]+)+(?:\?[A-Za-z0-9_=&.%-]*)?$/.test(target)) return true;
  const url = URL.parse(`https://localhost${target}`);
  return url !== null && url.href === `https://localhost${target}` && url.hash === "" &&
    !target.includes("#");
}

function readFields(method: string, target: string, fields: [string, string][]): HeadReading {
  const valuesOf = (name: string) => fields.filter(([key]) => key === name).map(([, text]) => text);
  if (valuesOf("host").length !== 1) return bad("there must be exactly one Host");
  if (valuesOf("expect").length > 0) return { status: 417, problem: "Expect is not supported" };
  if (valuesOf("upgrade").length > 0) return bad("Upgrade is not supported");
  const framing = readFraming(fields);
  if ("problem" in framing) return framing;
  const keepAlive = !valuesOf("connection").some((value) => /(^|,)\s*close\s*(,|$)/i.test(value));
  return { head: { method, target, fields, framing, keepAlive } };
}

function bad(problem: string): { status: 400; problem: string } {
  return { status: 400, problem };
}
