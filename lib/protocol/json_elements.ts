/**
 * The long list of a body, read element by element: a page of ops that is parsed at once takes several
 * times its size, for as long as it takes to apply it.
 */
import type { CodememError } from "../errors.ts";
import type { Json } from "../model/canonical_json.ts";
import { endOfText, isTooDeep, parseJson } from "./json_body.ts";

/** A body with its list taken out. */
export interface SplitBody {
  /** The body without the elements of the list. */
  readonly frame: Json;
  /** The JSON of each element, which may still turn out to be none; `undefined` without a list. */
  readonly elements?: readonly Uint8Array[];
}

/**
 * Reads a body but for one list that is a member of it.
 *
 * @param name of the member, ASCII
 * @returns `undefined` where the bytes, leaving out the list's elements, are no body
 */
export function splitJsonBody(bytes: Uint8Array, name: string): SplitBody | undefined {
  if (isTooDeep(bytes)) return undefined;
  const start = findList(bytes, JSON.stringify(name));
  const list = start === undefined ? undefined : splitList(bytes, start);
  if (list === undefined) {
    const frame = parseJson(bytes);
    return frame === undefined ? undefined : { frame };
  }
  const frame = parseJson(concat(bytes.subarray(0, list.start), bytes.subarray(list.end)));
  return frame === undefined ? undefined : { frame, elements: list.elements };
}

/** The elements of a list, each parsed when its turn comes. */
export class JsonElements implements Iterable<Json> {
  readonly #texts: readonly Uint8Array[];
  readonly #malformed: () => CodememError;

  /** @param malformed what is thrown when the turn of an element comes that is not JSON */
  constructor(texts: readonly Uint8Array[], malformed: () => CodememError) {
    this.#texts = texts;
    this.#malformed = malformed;
  }

  get length(): number {
    return this.#texts.length;
  }

  slice(start: number, end: number): JsonElements {
    return new JsonElements(this.#texts.slice(start, end), this.#malformed);
  }

  *[Symbol.iterator](): Generator<Json, void> {
    for (const text of this.#texts) {
      const value = parseJson(text);
      if (value === undefined) throw this.#malformed();
      yield value;
    }
  }
}

/** Whether the list in a frame is the one that was taken out, and no second one of its name. */
export function isEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;

/** +1 where the byte opens a list or an object, -1 where it closes one. `{` is `[` but for one bit. */
function nesting(byte: number): -1 | 0 | 1 {
  const bracket = byte & 0xdf;
  return bracket === OPEN_LIST ? 1 : bracket === 0x5d ? -1 : 0;
}

/** The place behind the bracket that opens the list called `quotedName` in the outermost object. */
function findList(bytes: Uint8Array, quotedName: string): number | undefined {
  let depth = 0;
  let isNamed = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) {
      const end = endOfText(bytes, at);
      isNamed = depth === 1 && isText(bytes.subarray(at, end + 1), quotedName);
      at = end;
      continue;
    }
    depth += nesting(bytes[at]!);
    if (bytes[at] === OPEN_LIST && depth === 2 && isNamed) return at + 1;
  }
  return undefined;
}

function isText(bytes: Uint8Array, ascii: string): boolean {
  return bytes.length === ascii.length &&
    bytes.every((byte, index) => byte === ascii.charCodeAt(index));
}

/** Splits the list whose elements begin at `start`; `undefined` where it does not end. */
function splitList(
  bytes: Uint8Array,
  start: number,
): { readonly start: number; readonly end: number; readonly elements: Uint8Array[] } | undefined {
  const elements: Uint8Array[] = [];
  let depth = 1;
  let from = start;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) at = endOfText(bytes, at);
    else if (byte === COMMA && depth === 1) {
      elements.push(bytes.subarray(from, at));
      from = at + 1;
    } else if ((depth += nesting(byte)) === 0) {
      const last = bytes.subarray(from, at);
      const isEmpty = elements.length === 0 && last.every(isWhiteSpace);
      return { start, end: at, elements: isEmpty ? [] : [...elements, last] };
    }
  }
  return undefined;
}

/** RFC 8259 §2. */
function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
