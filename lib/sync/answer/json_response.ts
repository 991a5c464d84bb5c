/** Answers in JSON, compressed where that is worth it. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/** What fits into one packet is not made any faster by being smaller. */
const MIN_COMPRESSED_BYTES = 1_400;

const compress = promisify(gzip);

/** An answer as it is. */
export function jsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

/**
 * An answer that may be long: with gzip where the caller takes it. The work is done beside the event
 * loop, at the lowest effort: a page shrinks to a third at a fraction of what its ops cost.
 *
 * @param acceptEncoding the caller's `Accept-Encoding`
 */
export async function longJsonResponse(
  text: string,
  acceptEncoding: string | null,
): Promise<Response> {
  if (text.length < MIN_COMPRESSED_BYTES || !takesGzip(acceptEncoding)) return jsonResponse(text);
  const body = await compress(text, { level: constants.Z_BEST_SPEED });
  return new Response(new Uint8Array(body), {
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
  });
}

/** RFC 9110 §12.5.3, as far as it is about gzip. */
function takesGzip(acceptEncoding: string | null): boolean {
  return (acceptEncoding ?? "").toLowerCase().split(",").some((choice) => {
    const [coding, ...parameters] = choice.split(";").map((part) => part.trim());
    return (coding === "gzip" || coding === "*") &&
      !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
