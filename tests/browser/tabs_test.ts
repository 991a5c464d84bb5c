/** Several pages of one browser, all of them looked at. */
import { assertEquals } from "@std/assert";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice } from "../support/devices/device.ts";

/** More than a browser has connections to one site. */
const PAGES = 8;

Deno.test(
  chromiumTest("pages of one browser share one stream, and outlive the page that has it"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const first = await browser.open("about:blank");
    let streams = 0;
    first.context().on("request", (request) => {
      if (request.url().endsWith("/api/events")) streams++;
    });
    const pages = [first];
    while (pages.length < PAGES) pages.push(await first.context().newPage());
    const url = `http://127.0.0.1:${device.settings.viewerPort}/sync`;
    for (const page of pages) await page.goto(url);
    const remember = (title: string) =>
      device.store.memories.remember({ kind: "discovery", title, body: title });
    const allSay = (text: string) =>
      Promise.all(pages.map((page) => page.getByText(text).waitFor()));
    remember("One");
    await allSay("1 memory on this device alone");
    assertEquals(streams, 1);

    await pages.shift()!.close();
    remember("Two");
    await allSay("2 memories on this device alone");
    assertEquals(streams, 2);

    await device.runtime.close();
    await Promise.all(pages.map((page) => page.locator(".lost").waitFor()));
    await device.restart();
    await Promise.all(pages.map((page) => page.locator(".lost").waitFor({ state: "detached" })));
    remember("Three");
    await allSay("3 memories on this device alone");

    // A page that comes later is told at once that it hears of what happens.
    const late = await first.context().newPage();
    const attempts = late.waitForRequest("**/api/sync/attempts?*");
    await late.goto(url);
    await attempts;
  },
);
