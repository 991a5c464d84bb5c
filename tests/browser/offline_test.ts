/** A page whose device is away, and comes back. */
import { chromiumTest, TestBrowser } from "../support/browser.ts";
import { startDevice } from "../support/device.ts";

Deno.test(
  chromiumTest("a page says that its device is away, and follows it again when it is back"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const page = await browser.open(`http://127.0.0.1:${device.settings.viewerPort}/sync`);
    await device.runtime.close();
    await page.locator(".lost").waitFor();
    await device.restart();
    await page.locator(".lost").waitFor({ state: "detached" });
    device.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
    await page.getByText("1 memory").first().waitFor();
  },
);

Deno.test(chromiumTest("a page whose stream was refused asks for it again"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await browser.open("about:blank");
  const url = `http://127.0.0.1:${device.settings.viewerPort}`;
  let refused = 0;
  await page.route("**/api/events", async (route) => {
    if (refused++ > 0) return await route.continue();
    await route.fulfill({ status: 503, contentType: "application/json", body: "{}" });
  });
  await page.goto(`${url}/sync`);
  await page.locator(".lost").waitFor();
  await page.locator(".lost").waitFor({ state: "detached" });
  device.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
  await page.getByText("1 memory").first().waitFor();
});
