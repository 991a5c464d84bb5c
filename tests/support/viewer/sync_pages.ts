/** The pages of sync of real devices, as people see them. */
import type { Page } from "playwright-core";
import type { PageOptions, TestBrowser } from "./browser.ts";
import type { TestDevice } from "../devices/device.ts";
import { eventually } from "../eventually.ts";

/** Opens the page of sync of a device, and waits until it hears of what happens there. */
export async function openSync(
  browser: TestBrowser,
  { runtime }: Pick<TestDevice, "runtime">,
  options: PageOptions = {},
): Promise<Page> {
  const following = options.javaScript === false ? undefined : Promise.withResolvers<void>();
  const page = await browser.open("about:blank", options);
  page.on("response", (response) => {
    if (new URL(response.url()).pathname === "/api/events") following?.resolve();
  });
  await page.goto(`http://127.0.0.1:${runtime.facts.viewer.port}/sync`);
  await following?.promise;
  return page;
}

/** The answer at a glance. */
export function headline(page: Page) {
  return page.locator(".headline");
}

/** What stands of one peer. */
export function peerCard(page: Page, name: string) {
  return page.locator(".peer").filter({ has: page.getByRole("heading", { name, exact: true }) });
}

/** Waits until the clipboard holds a text that will do: what is to be copied gets there by and by. */
export async function copiedText(
  page: Page,
  isExpected: (text: string) => boolean,
): Promise<string> {
  let text = "";
  await eventually(() => `The clipboard holds ${text}`, async () => {
    text = await page.evaluate(() => navigator.clipboard.readText());
    return isExpected(text);
  });
  return text;
}

/** Notes every text that `selector` has had, however briefly, from now on. */
export async function noteTexts(page: Page, selector: string): Promise<() => Promise<string[]>> {
  await page.evaluate((selector) => {
    const texts: string[] = [];
    Object.assign(globalThis, { notedTexts: texts });
    new MutationObserver(() => {
      const text = document.querySelector(selector)?.textContent ?? "";
      if (text !== texts.at(-1)) texts.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, selector);
  return () => page.evaluate(() => (globalThis as unknown as { notedTexts: string[] }).notedTexts);
}
