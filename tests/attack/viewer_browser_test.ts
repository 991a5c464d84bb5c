/** A page of another site, in a real browser, that tries what pages can against the viewer. */
import { assert, assertEquals } from "@std/assert";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice } from "../support/devices/device.ts";
import { RawViewer } from "../support/viewer/raw_viewer.ts";

/** What the page tries, in the browser. Each ends with what it has come by. */
const ATTEMPTS = String.raw`
  const viewer = new URLSearchParams(location.search).get("viewer");
  const token = new URLSearchParams(location.search).get("token");
  const settled = (work) => work.then((value) => value, (error) => error.name);
  const read = async (path, options) => (await fetch(viewer + path, options)).text();
  const loaded = (element, set) => new Promise((resolve) => {
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    set(element);
    document.body.append(element);
  });
  const json = { method: "PUT", body: '{"device_name":"owned"}' };
  const headers = { "content-type": "application/json", "x-csrf-token": token };
  window.attempts = {
    fetch: () => settled(read("/api/sync/status")),
    "fetch with cookies": () => settled(read("/api/sync/status", { credentials: "include" })),
    "fetch without cors": async () => (await fetch(viewer + "/api/sync/pairing", { mode: "no-cors" })).type,
    "fetch of a page": () => settled(read("/sync")),
    "put with the token": () => settled(read("/api/sync/config", { ...json, headers })),
    "post without cors": async () =>
      (await fetch(viewer + "/api/sync/actions/disable", { method: "POST", mode: "no-cors" })).type,
    beacon: async () => {
      navigator.sendBeacon(viewer + "/api/sync/actions/disable", '{"a":1}');
      return "sent";
    },
    events: () => new Promise((resolve) => {
      const source = new EventSource(viewer + "/api/events");
      source.onopen = () => resolve("opened");
      source.onerror = () => { source.close(); resolve("refused"); };
    }),
    image: () => loaded(document.createElement("img"), (img) => img.src = viewer + "/sync"),
    script: () => loaded(document.createElement("script"), (tag) => tag.src = viewer + "/assets/app.js"),
    style: () => loaded(document.createElement("link"), (link) => {
      link.rel = "stylesheet";
      link.href = viewer + "/assets/app.css";
    }),
    frame: async () => {
      const frame = document.createElement("iframe");
      await loaded(frame, () => frame.src = viewer + "/sync");
      try {
        return frame.contentDocument?.body?.innerText || "nothing";
      } catch (error) {
        return error.name;
      }
    },
    form: async () => {
      const frame = document.createElement("iframe");
      frame.name = "target";
      document.body.append(frame);
      const form = document.createElement("form");
      form.method = "post";
      form.enctype = "text/plain";
      form.action = viewer + "/api/sync/actions/disable";
      form.target = "target";
      document.body.append(form);
      await loaded(frame, () => form.submit());
      return "sent";
    },
    window: async () => {
      const opened = window.open(viewer + "/sync");
      for (let turn = 0; turn < 100 && !opened.closed; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return opened.closed ? "cut off" : opened.document.title;
    },
  };
`;

/** What each attempt may come by, at most. */
const EXPECTED: Readonly<Record<string, string>> = {
  fetch: "TypeError",
  "fetch with cookies": "TypeError",
  "fetch without cors": "TypeError",
  "fetch of a page": "TypeError",
  "put with the token": "TypeError",
  "post without cors": "TypeError",
  beacon: "sent",
  events: "refused",
  image: "refused",
  script: "refused",
  style: "refused",
  frame: "nothing",
  form: "sent",
  window: "cut off",
};

Deno.test(
  chromiumTest("a page of another site reads nothing of the viewer and changes nothing"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const viewer = new RawViewer(device);
    const token = await viewer.token();
    const config = await Deno.readTextFile(device.paths.config);
    await using evil = serveEvil();
    for (const site of ["127.0.0.1", "localhost"]) {
      const query = new URLSearchParams({ viewer: viewer.origin, token });
      const page = await browser.open(`http://${site}:${evil.port}/?${query}`);
      for (const [name, expected] of Object.entries(EXPECTED)) {
        const got = await page.evaluate((name) => {
          // deno-lint-ignore no-explicit-any -- put there by the page itself
          const all = (globalThis as any).attempts;
          return all[name]().catch((error: Error) => error.name);
        }, name);
        assertEquals(got, expected, `${name} from ${site}`);
      }
      await page.close();
    }
    assertEquals(await Deno.readTextFile(device.paths.config), config);
    assertEquals(device.runtime.facts.listeners.length, 1);
  },
);

Deno.test(
  chromiumTest("a link of another site leads to the page, and tells it nothing"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const viewer = new RawViewer(device);
    await using evil = serveEvil();
    const page = await browser.open(`http://localhost:${evil.port}/?viewer=${viewer.origin}`);
    await page.evaluate((to) => location.assign(to), `${viewer.origin}/sync`);
    await page.waitForURL(`${viewer.origin}/sync`);
    assert((await page.title()).includes("codemem on studio"));
    assertEquals(await page.evaluate(() => globalThis.opener), null);
  },
);

/** The other site, on every loopback address of this machine. */
function serveEvil(): AsyncDisposable & { readonly port: number } {
  const html = `<!doctype html><title>evil</title><body><script>${ATTEMPTS}</script>`;
  const handler = () => new Response(html, { headers: { "content-type": "text/html" } });
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  const server = Deno.serve(options, handler);
  const { port } = server.addr;
  return { port, [Symbol.asyncDispose]: () => server.shutdown() };
}
