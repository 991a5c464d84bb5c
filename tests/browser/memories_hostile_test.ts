/** Memories are text, whatever stands in them and however much of it. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";

const addressOf = ({ settings }: TestDevice) => `http://127.0.0.1:${settings.viewerPort}`;

const MARKUP = [
  `<script>alert("script")</script>`,
  `<img src=x onerror="alert('img')">`,
  `"><svg onload=alert(1)>`,
  `</script><script>alert("data")</script>`,
  `<!--`,
  `]]>`,
  `javascript:alert(1)`,
  `<iframe src="https://example.com"></iframe>`,
  `<style>*{display:none}</style>`,
  `<a href="https://example.com">link</a>`,
  `{{constructor.constructor("alert(1)")()}}`,
].join(" ");
const BIDI = "\u202Egnp.exe \u2066isolated \u2067right \u200Fmark";
const CONTROLS = "bell\u0007 escape\u001b[31m nul\0 del\u007f line\u2028separator \ufeff\ufffe";

/** Everything that a page must not do, as it is done. */
function watch(page: Page, origin: string): string[] {
  const seen: string[] = [];
  page.on("dialog", (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:,")) seen.push(`request: ${url}`);
  });
  page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") seen.push(`console: ${message.text()}`);
  });
  return seen;
}

async function assertFits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert(over <= 0, `${page.url()}: ${over} pixels too wide`);
}

Deno.test(
  chromiumTest("script, markup, bidi and control characters are shown as text, and do nothing"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const hostile = `${MARKUP} ${BIDI} ${CONTROLS}`;
    const { id } = device.store.memories.remember({
      kind: MARKUP,
      title: hostile,
      body: `${hostile}\n${hostile}`,
      subtitle: hostile,
      narrative: hostile,
      facts: [hostile],
      concepts: [hostile],
      filesRead: [hostile],
      filesModified: [hostile],
      tags: [MARKUP, BIDI],
      project: `${MARKUP.slice(0, 60)}${BIDI}`,
    });
    const page = await browser.open("about:blank", { width: 380 });
    const origin = addressOf(device);
    const seen = watch(page, origin);
    await page.goto(origin);
    await page.getByText("1 memory").waitFor();
    await assertFits(page);
    const title = await page.locator(".memory h2").innerText();
    assert(title.startsWith(`<script>alert("script")</script> <img`), title);
    await page.getByRole("searchbox").fill(`script "onerror <img`);
    await page.locator("mark").first().waitFor();
    await page.getByRole("searchbox").fill(MARKUP.slice(0, 150));
    await page.waitForURL(/q=%3Cscript/);
    await page.reload();
    await page.getByRole("status").filter({ hasText: /memor|Nothing/ }).waitFor();

    await page.goto(`${origin}/memories/${id}`);
    await page.getByRole("button", { name: "Edit" }).waitFor();
    await assertFits(page);
    const text = await page.locator(".text").first().textContent();
    assert(text!.includes(MARKUP) && text!.includes("\u202Egnp.exe"));
    assertEquals(await page.locator("main script, main img, main iframe, main svg").count(), 0);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Tags").fill(`<b>bold</b>`);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("<b>bold</b>").waitFor();
    await page.getByRole("button", { name: "Forget" }).click();
    await page.getByRole("dialog").waitFor();
    await assertFits(page);
    assertEquals(seen, []);
  },
);

Deno.test(chromiumTest("what a memory turns around stays within it"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  device.store.memories.remember({
    ...{ kind: "note", title: `Pay\u202E100`, body: `\u202Ebody`, project: `\u202Eproj` },
    tags: ["plain"],
  });
  const page = await browser.open(addressOf(device));
  const loose = await page.evaluate(() => {
    const isIsolated = (element: Element) =>
      /isolate|plaintext/.test(getComputedStyle(element).unicodeBidi) &&
      (element.matches("bdi") || element.hasAttribute("dir"));
    const texts = document.createTreeWalker(document.querySelector("main")!, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (texts.nextNode() !== null) {
      const text = texts.currentNode;
      if (!text.textContent!.includes("\u202e")) continue;
      let element = text.parentElement;
      while (element !== null && !isIsolated(element)) element = element.parentElement;
      // Around it alone, and not around what stands beside it.
      const around = element?.textContent;
      if (around !== text.textContent) found.push(text.textContent!);
    }
    return found;
  });
  assertEquals(loose, []);
  // The time stands at the right of the title, as in every row.
  const order = await page.evaluate(() => {
    const left = (selector: string) => document.querySelector(selector)!.getBoundingClientRect().x;
    return left(".memory h2") < left(".memory time");
  });
  assert(order);
  await page.getByRole("link", { name: "100" }).click();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  assertEquals(await page.title(), "Pay100 · codemem on studio");
});

Deno.test(
  chromiumTest("a title of a megabyte and a body of two stay readable, and the page stays quick"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const { memories } = device.store;
    const body = memories.remember({ kind: "note", title: "Long", body: "b".repeat(2_000_000) });
    const lines = memories.remember({ kind: "note", title: "L", body: "a line\n".repeat(250_000) });
    const title = memories.remember({ kind: "note", title: "T".repeat(1_000_000), body: "b" });
    const page = await browser.open("about:blank", { width: 380 });
    const seen = watch(page, addressOf(device));
    await page.goto(addressOf(device));
    await page.getByText("3 memories").waitFor();
    await assertFits(page);
    const size = (await (await fetch(addressOf(device))).text()).length;
    assert(size < 100_000, `The feed has ${size} characters`);

    await page.goto(`${addressOf(device)}/memories/${title.id}`);
    assertEquals((await page.locator("h1").innerText()).length, 300);
    await assertFits(page);
    for (const { id } of [body, lines]) {
      await page.goto(`${addressOf(device)}/memories/${id}`);
      await page.getByRole("button", { name: "Edit" }).waitFor();
      await assertFits(page);
      const shown = await page.locator(".text").first().textContent();
      assert(shown!.length <= 20_000);
      await page.locator("summary").first().click();
      const all = await page.locator(".text").allTextContents();
      assertEquals(all.join(""), memories.find(id)!.body);
      await assertFits(page);
    }
    assertEquals(seen, []);
  },
);
