/** The local viewer: what runs here, for a person at this machine. */
import { Hono } from "hono";
import { isLoopbackHost, parseAddress } from "../model/address.ts";
import { statusPage } from "./status_page.ts";

/** What the viewer shows. */
export interface ViewerFacts {
  readonly version: string;
  readonly deviceName: string;
  readonly live: number;
  readonly syncEnabled: boolean;
  readonly syncError: string | null;
  readonly listeners: readonly {
    readonly address: string;
    readonly port: number;
    readonly listening: boolean;
  }[];
  readonly peers: readonly { readonly name: string; readonly state: string }[];
}

/** Answers one request. */
export type ViewerHandler = (request: Request) => Promise<Response>;

const HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

/** Builds the handler of the viewer's listener. */
export function createViewerHandler(facts: () => ViewerFacts): ViewerHandler {
  const app = new Hono();
  app.use(async (c, next) => {
    // A page of another site can make a browser come here under that site's name (DNS rebinding).
    const host = parseAddress(c.req.header("host") ?? "", 80)?.host;
    if (host === undefined || !isLoopbackHost(host)) {
      const refusal = {
        error: "forbidden_host",
        message: "This page is for this machine alone",
        hint: "Open it by the address that `codemem serve` prints",
      };
      return c.json(refusal, 403, HEADERS);
    }
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  app.get("/api/health", (c) => c.json({ ok: true, version: facts().version }));
  app.get("/", (c) => c.html(statusPage(facts())));
  app.notFound((c) => {
    const message = `There is no ${c.req.path} here`;
    return c.json({ error: "not_found", message, hint: "Begin at /" }, 404);
  });
  return async (request) => await app.fetch(request);
}
