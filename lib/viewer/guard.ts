/**
 * Who may speak to the viewer. It knows no password: what keeps others out is that it answers this
 * machine alone, under no name but the machine's own, and changes nothing for a page of another site.
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { CodememError } from "../errors.ts";
import { isLoopbackHost, parseAddress } from "../model/address.ts";

/** The header that carries the token of the page. */
export const TOKEN_HEADER = "x-csrf-token";

const READING: readonly string[] = ["GET", "HEAD"];
const encoder = new TextEncoder();

/**
 * Judges a request before anything else looks at it.
 *
 * @param csrfToken of the pages that this process has served
 * @throws forbidden_host, forbidden_origin, invalid_token
 */
export function requireAllowed(request: Request, csrfToken: string): void {
  const { headers, method } = request;
  const host = parseAddress(headers.get("host") ?? "", 80);
  // A page of another site can make a browser come here under that site's name (DNS rebinding).
  if (host === undefined || !isLoopbackHost(host.host)) throw forbiddenHost();
  if (READING.includes(method)) return;
  if (!isSameOrigin(headers)) throw forbiddenOrigin();
  if (!hasToken(headers, csrfToken)) throw invalidToken();
}

/** By what the browser says of where the request comes from (Fetch Metadata §2, RFC 6454 §7). */
function isSameOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  // What is no browser says neither; it has to know the token all the same.
  const origin = headers.get("origin");
  return origin === null || origin === `http://${headers.get("host")}`;
}

function hasToken(headers: Headers, csrfToken: string): boolean {
  const given = headers.get(TOKEN_HEADER);
  return given !== null && timingSafeEqual(encoder.encode(given), encoder.encode(csrfToken));
}

function forbiddenHost(): CodememError {
  return new CodememError("forbidden_host", "This page is for this machine alone", {
    hint: "Open it by the address that `codemem serve` prints",
  });
}

function forbiddenOrigin(): CodememError {
  return new CodememError("forbidden_origin", "Another site's page may change nothing here", {
    hint: "Open the viewer itself",
  });
}

function invalidToken(): CodememError {
  return new CodememError("invalid_token", "The request does not carry the token of this page", {
    hint: "Reload the page: codemem was started again since it was opened",
  });
}
