/**
 * Who may use the viewer. There is no password. Instead, the viewer answers only this machine and this
 * user, only under the machine's own names, and neither shows anything to pages of other sites nor changes
 * anything for them.
 */
import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { CodememError } from "../errors.ts";
import { isLoopbackHost, parseAddress } from "../model/address.ts";

/** The header that carries the token of the page. */
const TOKEN_HEADER = "x-csrf-token";

/** The part of a request that is judged. */
export type JudgedRequest = Pick<Request, "method" | "url" | "headers">;

/** Options of {@link requireAllowed}. */
export interface GuardOptions {
  /** The path by which the request finds its route, decoded as the router does. */
  readonly path: string;
  /** The token of the pages that this process has served. */
  readonly csrfToken: string;
  /** Whether it comes from another user of this machine, as far as that can be known. */
  readonly isOtherUser: boolean;
}

const READING: readonly string[] = ["GET", "HEAD"];
const encoder = new TextEncoder();

/**
 * Judges a request before anything else looks at it. Its body is not read.
 *
 * @throws forbidden_user, forbidden_host, forbidden_origin, invalid_token, forbidden_body
 */
export function requireAllowed(request: JudgedRequest, options: GuardOptions): void {
  const { path, csrfToken, isOtherUser } = options;
  const { headers, method } = request;
  if (isOtherUser) throw forbiddenUser();
  if (!isAskedByOwnName(request)) throw forbiddenHost();
  if (READING.includes(method)) {
    if (!isSameOrigin(headers, ["same-origin", "none"]) && !isFollowedLink(headers, path)) {
      throw forbiddenOrigin("read");
    }
    return;
  }
  if (!isSameOrigin(headers, ["same-origin"])) throw forbiddenOrigin("change");
  if (!hasToken(headers, csrfToken)) throw invalidToken();
  if (!hasJsonOrNothing(headers)) throw forbiddenBody();
}

/**
 * Whether the request comes under a name that only this machine answers to. A page of another site can
 * make a browser come here under that site's name (DNS rebinding), but under no other.
 */
function isAskedByOwnName({ headers, url }: JudgedRequest): boolean {
  const host = headers.get("host");
  // A target in absolute form names a host for itself, which counts as much (RFC 9112 §3.2.2).
  const named = URL.parse(url)?.host;
  return host !== null && named !== undefined && isOwnName(host) && isOwnName(named);
}

function isOwnName(authority: string): boolean {
  // The parser would ignore what follows the slash.
  if (authority.includes("/")) return false;
  const host = parseAddress(authority, 80)?.host;
  // Some systems ask the network for names below localhost.
  return host !== undefined && isLoopbackHost(host) && !host.endsWith(".localhost");
}

/** Judges by what the browser says of the request's origin (Fetch Metadata §2.3, RFC 6454 §7). */
function isSameOrigin(headers: Headers, sites: readonly string[]): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && !sites.includes(site)) return false;
  // Programs other than browsers send neither; for a change they still need the token.
  const origin = headers.get("origin");
  return origin === null || origin === `http://${headers.get("host")}`;
}

/** Whether a person has followed a link on another site to a page, of which that site sees nothing. */
function isFollowedLink(headers: Headers, path: string): boolean {
  return headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document" &&
    headers.get("origin") === null && !isBelow(path, "/api");
}

/** Whether a path is that of a folder, or of something in it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function hasToken(headers: Headers, csrfToken: string): boolean {
  const given = encoder.encode(headers.get(TOKEN_HEADER) ?? "");
  const expected = encoder.encode(csrfToken);
  // The length of the token is no secret.
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A form of another site can send any type but this one (Fetch §2.2.2). */
function hasJsonOrNothing(headers: Headers): boolean {
  const type = headers.get("content-type");
  if (type !== null) return /^application\/json\s*(;|$)/i.test(type.trim());
  return !headers.has("transfer-encoding") && Number(headers.get("content-length") ?? 0) === 0;
}

function forbiddenUser(): CodememError {
  return new CodememError("forbidden_user", "This page is for the user who runs codemem alone", {
    hint: "Run `codemem serve` as yourself: it has memories and a viewer of your own",
  });
}

function forbiddenHost(): CodememError {
  return new CodememError("forbidden_host", "This page is for this machine alone", {
    hint: "Open it by the address that `codemem viewer` prints",
  });
}

function forbiddenOrigin(deed: "read" | "change"): CodememError {
  return new CodememError("forbidden_origin", `Another site's page may ${deed} nothing here`, {
    hint: "Open the viewer itself",
  });
}

function invalidToken(): CodememError {
  return new CodememError("invalid_token", "The request does not carry the token of this page", {
    hint: "Reload the page: codemem was started again since it was opened",
  });
}

function forbiddenBody(): CodememError {
  return new CodememError("forbidden_body", "A request's body must be application/json", {
    hint: "Send it with `Content-Type: application/json`",
  });
}
