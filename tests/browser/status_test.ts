import { startDevice } from "../support/device.ts";
import { chromiumTest, TestBrowser } from "../support/browser.ts";

Deno.test(chromiumTest("a page shows what happens while it is open"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await browser.open(`http://127.0.0.1:${device.settings.viewerPort}/sync`);
  await page.getByText("0 memories").first().waitFor();
  device.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
  await page.getByText("1 memory").first().waitFor();
  await page.locator(".facts dd").first().getByText("studio").waitFor();
});
