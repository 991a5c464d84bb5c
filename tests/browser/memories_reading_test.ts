/** The pages of memories without a script, and on a narrow screen. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";

const addressOf = ({ settings }: TestDevice) => `http://127.0.0.1:${settings.viewerPort}`;
const titles = (page: Page) => page.locator(".memory h2").allTextContents();

Deno.test(
  chromiumTest("without a script the feed is searched, filtered and paged, and a memory is read"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    device.store.transaction(() => {
      for (let index = 0; index < 60; index++) {
        const project = index % 2 === 0 ? "atlas" : "borealis";
        const body = `Line one of ${index}\nline two`;
        device.store.memories.remember({ kind: "note", title: `Number ${index}`, body, project });
      }
    });
    const page = await browser.open(addressOf(device), { javaScript: false });
    assertEquals((await titles(page)).length, 50);
    assert(!await page.getByRole("button", { name: "New memory" }).isVisible());
    await page.getByRole("link", { name: "Older memories" }).click();
    assertEquals((await titles(page)).at(-1), "Number 0");
    await page.getByRole("link", { name: "Back to the newest" }).click();
    assertEquals((await titles(page))[0], "Number 59");

    await page.getByLabel("Project").selectOption("atlas");
    await page.getByRole("searchbox").fill("number 5");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("5 memories").waitFor();
    assertEquals(
      await titles(page),
      [58, 56, 54, 52, 50].map((each) => `Number ${each}`),
    );
    assertEquals(await page.getByLabel("Project").inputValue(), "atlas");
    assert(await page.locator("mark").count() > 0);
    await page.getByRole("link", { name: "Number 54" }).click();
    assertEquals(await page.locator("h1").innerText(), "Number 54");
    assertEquals(await page.locator(".text").innerText(), "Line one of 54\nline two");
    await page.getByText("Written").first().waitFor();
    assert(!await page.getByRole("button", { name: "Forget" }).isVisible());
  },
);

Deno.test(
  chromiumTest("however far one reads on, only what is near the window is in the document"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    device.store.transaction(() => {
      for (let index = 0; index < 3_000; index++) {
        device.store.memories.remember({ kind: "note", title: `Number ${index}`, body: "b" });
      }
    });
    const page = await browser.open(addressOf(device));
    const oldest = page.getByRole("link", { name: "Number 0", exact: true });
    while (await oldest.count() === 0) {
      await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight }));
    }
    await page.locator(".feed > ol").first().locator(".memory").first().waitFor({
      state: "detached",
    });
    assertEquals(await page.locator(".feed > ol").count(), 60);
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    const before = await height();
    await page.evaluate(() => scrollTo({ top: 0 }));
    await page.getByRole("link", { name: "Number 2999" }).waitFor();
    await oldest.waitFor({ state: "detached" });
    assert(Math.abs(await height() - before) < before / 10, "what is not there has kept its room");
  },
);

Deno.test(chromiumTest("an id that is unknown is told so"), async () => {
  await using device = await startDevice("studio");
  const response = await fetch(`${addressOf(device)}/memories/nothing`, {
    headers: { accept: "text/html" },
  });
  assertEquals(response.status, 404);
  assert((await response.text()).includes("There is no memory with this id"));
});

Deno.test(chromiumTest("on a narrow screen nothing stands over the edge"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const { id } = device.store.memories.remember({
    kind: "a-rather-long-kind-of-forty-characters-00",
    title: `${"x".repeat(300)} and more`,
    body: "y".repeat(5_000),
    project: "p".repeat(80),
    tags: ["t".repeat(90), "another", "third"],
    facts: ["f".repeat(400)],
    filesModified: [`src/${"deep/".repeat(60)}file.ts`],
  });
  const page = await browser.open(addressOf(device), { width: 380 });
  const assertFits = async (what: string) => {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert(over <= 0, `${what}: ${over} pixels too wide`);
  };
  await page.getByText("1 memory").waitFor();
  await assertFits("feed");
  await page.getByRole("button", { name: "New memory" }).click();
  await page.getByRole("dialog").waitFor();
  await assertFits("dialog");
  await page.goto(`${addressOf(device)}/memories/${id}`);
  await page.getByRole("button", { name: "Edit" }).waitFor();
  await assertFits("memory");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Save" }).waitFor();
  await assertFits("form");
});

Deno.test(
  chromiumTest("times are told by the clock of the person who looks, wherever the device is"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const { createdAt } = device.store.memories.remember({ kind: "note", title: "One", body: "b" });
    const seen: string[] = [];
    for (const timeZone of ["Asia/Kathmandu", "America/Lima"]) {
      const page = await browser.open(addressOf(device), { timeZone });
      const time = page.locator(".memory time");
      const exact = await page.evaluate((at) => {
        const two = (number: number) => String(number).padStart(2, "0");
        const moment = new Date(at);
        return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(":");
      }, createdAt);
      await time.and(page.locator(`[title$="${exact}"]`)).waitFor();
      seen.push(exact);
    }
    assert(seen[0] !== seen[1]);
  },
);
