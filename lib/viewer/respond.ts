/** Answers of the viewer: their headers, and failures as a page or as JSON. */
import { renderErrorPage } from "../../ui/render.tsx";
import type { CodememError } from "../errors.ts";

/** Only files of this program are run, shown or fetched, and no other page may frame this one. */
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

/** The headers of what is refused before the viewer sees it. */
export const REFUSAL_HEADERS = { ...SECURITY_HEADERS, "cache-control": "no-store" };

/** The failure as it is told to the owner of this device, who may know all of it. */
function errorJson({ code, message, hint, details }: CodememError) {
  const told = (name: string) => typeof details[name] === "string" ? details[name] : undefined;
  return {
    error: code,
    message,
    hint,
    field: told("field"),
    // The two keys of a device that has come with another one.
    pinned: told("pinned"),
    offered: told("offered"),
  };
}

/** A failure as an answer. */
export function errorResponse(error: CodememError, { asPage }: { readonly asPage: boolean }) {
  const { status } = error;
  if (!asPage) return Response.json(errorJson(error), { status });
  const html = renderErrorPage({ problem: errorJson(error), status });
  return new Response(html, { status, headers: { "content-type": "text/html; charset=UTF-8" } });
}
