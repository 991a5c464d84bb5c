/** The value of one component of a message under RFC 9421 §2.1 (fields) and §2.2 (derived). */
import {
  type BareItem,
  isInnerList,
  type Parameters,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
} from "structured-headers";
import { Buffer } from "node:buffer";
import type { FieldLines, Message, RequestMessage } from "./http_message.ts";

const KNOWN_PARAMETERS = new Set(["sf", "key", "bs", "req", "tr", "name"]);

/**
 * The value of the component `name` with `parameters`.
 *
 * @returns the value, or `undefined` where the message has no such component or its identifier asks
 * for something unknown
 */
export function componentValue(
  message: Message,
  name: string,
  parameters: Parameters,
): string | undefined {
  for (const parameter of parameters.keys()) {
    if (!KNOWN_PARAMETERS.has(parameter)) return undefined;
  }
  const source = parameters.has("req") ? relatedRequest(message) : message;
  if (source === undefined) return undefined;
  if (!name.startsWith("@")) return fieldValue(source, name, parameters);
  if (parameters.has("name") !== (name === "@query-param")) return undefined;
  if (name === "@status") return "status" in source ? String(source.status) : undefined;
  return "method" in source ? derivedValue(source, name, parameters) : undefined;
}

function relatedRequest(message: Message): RequestMessage | undefined {
  return "status" in message ? message.request : undefined;
}

function derivedValue(
  request: RequestMessage,
  name: string,
  parameters: Parameters,
): string | undefined {
  const { method, target, scheme } = request;
  const mark = target.indexOf("?");
  switch (name) {
    case "@method":
      return method;
    case "@scheme":
      return scheme;
    case "@request-target":
      return target;
    case "@path":
      return (mark === -1 ? target : target.slice(0, mark)) || "/";
    case "@query":
      return mark === -1 ? "?" : target.slice(mark);
    case "@authority":
      return authorityOf(request);
    case "@target-uri": {
      const authority = authorityOf(request);
      return authority === undefined ? undefined : `${scheme}://${authority}${target}`;
    }
    case "@query-param":
      return queryParameter(mark === -1 ? "" : target.slice(mark + 1), parameters.get("name"));
    default:
      return undefined;
  }
}

/** Lowercase, without the scheme's own port (RFC 9421 §2.2.3). */
function authorityOf({ fields, scheme }: RequestMessage): string | undefined {
  const host = combinedField(fields, "host");
  const ownPort = scheme === "https" ? /:443$/ : /:80$/;
  return host?.toLowerCase().replace(ownPort, "");
}

/** A parameter that occurs more than once has no value to cover (RFC 9421 §2.2.8). */
function queryParameter(query: string, name: BareItem | undefined): string | undefined {
  if (typeof name !== "string") return undefined;
  const values = [...new URLSearchParams(query)].filter(([key]) => percentEncode(key) === name);
  return values.length === 1 ? percentEncode(values[0]![1]) : undefined;
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function fieldValue(message: Message, name: string, parameters: Parameters): string | undefined {
  if (name !== name.toLowerCase()) return undefined;
  const lines = parameters.has("tr") ? message.trailers ?? [] : message.fields;
  const strict = parameters.has("sf") || parameters.has("key");
  if (parameters.has("bs")) return strict ? undefined : wrappedField(lines, name);
  const combined = combinedField(lines, name);
  if (combined === undefined || !strict) return combined;
  try {
    const key = parameters.get("key");
    return key === undefined ? strictField(combined) : dictionaryMember(combined, key);
  } catch {
    // Not the structured field that the identifier says it is.
    return undefined;
  }
}

/** Lines of one field are joined, outer white space and line folding removed (RFC 9421 §2.1). */
function combinedField(lines: FieldLines, name: string): string | undefined {
  const values = fieldLines(lines, name);
  return values.length === 0 ? undefined : values.join(", ");
}

function fieldLines(lines: FieldLines, name: string): string[] {
  return lines.filter(([key]) => key.toLowerCase() === name)
    .map(([, value]) => value.trim().replace(/[ \t]*\r?\n[ \t]+/g, " "));
}

/** RFC 9421 §2.1.3. */
function wrappedField(lines: FieldLines, name: string): string | undefined {
  const values = fieldLines(lines, name);
  if (values.length === 0) return undefined;
  return values.map((value) => `:${Buffer.from(value, "latin1").toString("base64")}:`).join(", ");
}

/** RFC 9421 §2.1.2. */
function dictionaryMember(text: string, key: BareItem): string | undefined {
  if (typeof key !== "string") return undefined;
  const member = parseDictionary(text).get(key);
  if (member === undefined) return undefined;
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member);
}

/** The one serialisation of a structured field whose type is not said (RFC 9421 §2.1.1). */
function strictField(text: string): string {
  const readings = [
    () => serializeDictionary(parseDictionary(text)),
    () => serializeList(parseList(text)),
    () => serializeItem(parseItem(text)),
  ];
  for (const reading of readings) {
    try {
      return reading();
    } catch {
      // Not of this type: the next one is tried.
    }
  }
  throw new SyntaxError("Cannot read the field: it is no structured field");
}
