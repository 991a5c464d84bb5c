/** The local viewer: pages and an API for a person at this machine. */
import { Hono, type HonoRequest } from "hono";
import { CodememError, toCodememError } from "../errors.ts";
import { actionsApi } from "./api/actions.ts";
import { attemptsApi } from "./api/attempts.ts";
import { configApi } from "./api/config.ts";
import { memoriesApi } from "./api/memories.ts";
import { pairingApi } from "./api/pairing.ts";
import { peersApi } from "./api/peers.ts";
import { statusApi } from "./api/status.ts";
import { browserFilesApi } from "./browser_files.ts";
import { EventStreams, type ViewerPlace } from "./events.ts";
import { isBelow, requireAllowed } from "./guard.ts";
import { pages } from "./pages/pages.ts";
import { errorResponse, SECURITY_HEADERS } from "./respond.ts";
import type { RunningDevice } from "./running_device.ts";

/** Options of {@link createViewer}. */
export interface ViewerOptions {
  readonly device: RunningDevice;
  /** The JavaScript of all pages. */
  readonly browserScript: () => Promise<string>;
  /** What shows that a request comes from a page of this process. */
  readonly csrfToken: string;
  readonly onFault: (error: CodememError) => void;
}

/** The viewer. */
export interface Viewer {
  /**
   * Answers one request.
   *
   * @param caller.isOtherUser whether it comes from another user of this machine
   */
  readonly handle: (
    request: Request,
    caller: { readonly isOtherUser: boolean },
  ) => Promise<Response>;
  /** Every route, as `GET /api/health`. */
  readonly routes: readonly string[];
  /** Ends the event streams of pages, and tells them where the viewer is from now on, if anywhere. */
  close(moved?: ViewerPlace): void;
}

/** Builds the viewer. */
export function createViewer(options: ViewerOptions): Viewer {
  const { device, csrfToken, onFault } = options;
  const streams = new EventStreams({ device, onFault });
  const app = new Hono<{ Bindings: { readonly isOtherUser: boolean } }>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
  });
  app.use(async (c, next) => {
    const { isOtherUser } = c.env;
    requireAllowed(c.req.raw, { path: c.req.path, csrfToken, isOtherUser });
    await next();
  });
  app.get("/api/health", (c) => c.json({ ok: true, version: device.version }));
  app.get("/api/events", ({ req }) => {
    // The answer to HEAD has no body, so nobody would end a stream made for it.
    if (req.raw.method === "HEAD") return new Response();
    return streams.answer();
  });
  app.route("/api/memories", memoriesApi(device));
  app.route("/api/sync", syncApi(device));
  app.route("/assets", browserFilesApi(options.browserScript));
  app.route("/", pages(device, csrfToken));
  app.notFound(({ req }) => {
    const asPage = isForPage(req);
    return errorResponse(notFound(req.path, asPage), { asPage });
  });
  app.onError((thrown, { req }) => {
    const error = toCodememError(thrown);
    if (error.code === "internal") onFault(error);
    return errorResponse(error, { asPage: isForPage(req) && !isRefusal(error) });
  });
  return {
    handle: async (request, { isOtherUser }) => await app.fetch(request, { isOtherUser }),
    routes: routesOf(app),
    close: (moved) => streams.close(moved),
  };
}

function routesOf({ routes }: Pick<Hono, "routes">): readonly string[] {
  return routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`);
}

function syncApi(device: RunningDevice): Hono {
  return new Hono()
    .route("/status", statusApi(device))
    .route("/peers", peersApi(device))
    .route("/attempts", attemptsApi(device))
    .route("/config", configApi(device))
    .route("/actions", actionsApi(device))
    .route("/pairing", pairingApi(device));
}

function notFound(path: string, asPage: boolean): CodememError {
  const [what, hint] = asPage
    ? [`The viewer has no page ${path}`, "What you look for may be in one of these:"]
    : [`There is no ${path} here`, "docs/api.md lists what there is, with its methods"];
  return new CodememError("not_found", what, { hint });
}

/** Whether a person sees the answer, and not a program. */
function isForPage(request: HonoRequest): boolean {
  const isOfProgram = ["/api", "/assets"].some((folder) => isBelow(request.path, folder));
  return request.method === "GET" && !isOfProgram &&
    (request.header("accept") ?? "").includes("text/html");
}

/** Whether the caller is kept out: a page would show more than the reason. */
function isRefusal({ code }: CodememError): boolean {
  return code === "forbidden_user" || code === "forbidden_host" || code === "forbidden_origin";
}
