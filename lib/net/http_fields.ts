/** What requests and responses have in common: header fields and how a body is delimited. */

/** How a message's body is delimited. */
export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" };

const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t\x80-\xff]*)$/;

/**
 * Reads header lines (RFC 9110 §5): names in lower case, values without outer white space.
 *
 * @returns `undefined` where one is not a field, as a folded line or one with a control character
 */
export function readFieldLines(lines: readonly string[]): [string, string][] | undefined {
  const fields: [string, string][] = [];
  for (const line of lines) {
    const field = FIELD.exec(line);
    if (field === null) return undefined;
    fields.push([field[1]!.toLowerCase(), field[2]!.replace(/[ \t]+$/, "")]);
  }
  return fields;
}

/** How the body is delimited (RFC 9112 §6.3, without its tolerances), or what is wrong with it. */
export function readFraming(
  fields: readonly (readonly [string, string])[],
): BodyFraming | { readonly status: 400 | 501; readonly problem: string } {
  const valuesOf = (name: string) => fields.filter(([key]) => key === name).map(([, text]) => text);
  const lengths = valuesOf("content-length");
  const encodings = valuesOf("transfer-encoding");
  if (encodings.length > 0) {
    if (lengths.length > 0) {
      return { status: 400, problem: "both Content-Length and Transfer-Encoding are given" };
    }
    if (encodings.length === 1 && encodings[0]!.toLowerCase() === "chunked") {
      return { kind: "chunked" };
    }
    return { status: 501, problem: "the only supported transfer encoding is chunked" };
  }
  if (lengths.length === 0) return { kind: "none" };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0]!)) {
    return { status: 400, problem: "Content-Length is not one whole number" };
  }
  const bytes = Number(lengths[0]);
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}
