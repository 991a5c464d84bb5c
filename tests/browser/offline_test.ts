/** A page whose device is away, and comes back. */
import { assertEquals } from "@std/assert";
import { startInBackground } from "../support/devices/background.ts";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice } from "../support/devices/device.ts";
import { freePort } from "../support/system/free_port.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

Deno.test(
  chromiumTest("a page whose device was killed says what starts it, and goes on when it runs"),
  async () => {
    await using home = await SyncHome.named("studio", { enable: false });
    const serving = await home.serve();
    await using browser = await TestBrowser.start();
    const page = await browser.open(home.viewer);
    await page.getByText("Nothing is remembered yet").waitFor();
    await serving.stop("SIGKILL");
    assertEquals(await page.locator(".lost code").innerText(), "codemem sync start");
    await using _background = await startInBackground(home);
    await page.locator(".lost").waitFor({ state: "detached" });
    await home.text("remember", "Back again");
    await page.getByRole("button", { name: "1 new memory" }).waitFor();
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

Deno.test(
  chromiumTest("pages go along when the viewer moves, but not from under a form"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const url = `http://127.0.0.1:${device.settings.viewerPort}`;
    const [reading, writing] = [await browser.open(`${url}/sync`), await browser.open(url)];
    await writing.getByRole("button", { name: "New memory" }).click();
    await writing.getByLabel("Text").fill("half a thought");
    const viewerPort = freePort();
    await device.runtime.apply({ ...device.settings, viewerPort });
    await reading.waitForURL(`http://127.0.0.1:${viewerPort}/sync`);
    await writing.getByRole("link", { name: `127.0.0.1:${viewerPort}`, includeHidden: true })
      .waitFor({ state: "attached" });
    assertEquals(await writing.getByLabel("Text").inputValue(), "half a thought");
  },
);
