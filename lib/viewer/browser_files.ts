/** The files that a page loads: one script and one style sheet. */
import { eTag, ifNoneMatch } from "@std/http/etag";
import { Hono } from "hono";
import { STYLES } from "../../ui/styles/mod.ts";

/**
 * Answers `/assets/…`.
 *
 * @param makeScript the JavaScript of all pages, made when it is first asked for
 */
export function browserFilesApi(makeScript: () => Promise<string>): Hono {
  let script: Promise<string> | undefined;
  const app = new Hono();
  app.get("/app.js", async (c) => {
    const making = script ??= makeScript();
    // A failure is not kept.
    const text = await making.catch((thrown) => {
      if (script === making) script = undefined;
      throw thrown;
    });
    return await fileResponse(c.req.raw, text, "text/javascript");
  });
  app.get("/app.css", (c) => fileResponse(c.req.raw, STYLES, "text/css"));
  return app;
}

/** The browser asks each time whether its copy is current (RFC 9110 §13.1.2): that is quick on one machine. */
async function fileResponse(request: Request, text: string, type: string): Promise<Response> {
  const tag = await eTag(text);
  const headers = new Headers({ "cache-control": "no-cache" });
  if (tag !== undefined) headers.set("etag", tag);
  if (!ifNoneMatch(request.headers.get("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers });
  }
  headers.set("content-type", `${type}; charset=utf-8`);
  return new Response(text, { headers });
}
