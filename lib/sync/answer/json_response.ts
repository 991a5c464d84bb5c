/** JSON responses, compressed where that is worth it. */
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/** A response that fits into one packet does not get faster by being smaller. */
const MIN_COMPRESSED_BYTES = 1_400;

const compress = promisify(gzip);

/** An uncompressed response. */
export function jsonResponse(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

/**
 * A response that may be long: compressed with gzip if the caller accepts that. The work is done outside
 * the event loop, at the lowest level: a page shrinks to a third at a fraction of the cost of its ops.
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
