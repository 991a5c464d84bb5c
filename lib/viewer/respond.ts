/** Answers of the viewer: their headers, and failures as JSON. */
import type { CodememError } from "../errors.ts";

/** Nothing but this program's own files runs, is shown or is asked for, and nobody frames the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The headers of every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** The failure as it is told to the owner of this device, who may know all of it. */
export function errorJson({ code, message, hint, details }: CodememError) {
  const { field, pinned, offered } = details;
  // Members that are undefined are left out.
  return { error: code, message, hint, field, pinned, offered };
}

/** A failure as an answer. */
export function errorResponse(error: CodememError): Response {
  return Response.json(errorJson(error), { status: error.status });
}
