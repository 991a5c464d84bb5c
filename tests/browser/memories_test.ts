/** The feed in a real browser: found, read on, and kept up to date. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import type { Store } from "../../lib/store/store.ts";
import { eventually } from "../support/eventually.ts";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";

const addressOf = ({ settings }: TestDevice) => `http://127.0.0.1:${settings.viewerPort}`;
const row = (page: Page, title: string) => page.locator(".memory").filter({ hasText: title });
const titles = (page: Page) => page.locator(".memory h2").allTextContents();

function remember(store: Store, title: string, rest: object = {}): string {
  return store.memories.remember({ kind: "note", title, body: `Body of ${title}`, ...rest }).id;
}

function fill(store: Store, count: number): void {
  store.transaction(() => {
    for (let index = 0; index < count; index++) remember(store, `Memory number ${index}`);
  });
}

Deno.test(
  chromiumTest("what is typed is found, marked, kept in the address, and taken back"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    remember(device.store, "Zebra crossing");
    remember(device.store, "Horse", { body: `${"filler ".repeat(100)} a zébra at last` });
    remember(device.store, "Cat");
    const page = await browser.open(addressOf(device));
    await page.getByText("3 memories").waitFor();
    const field = page.getByRole("searchbox", { name: "Search memories" });
    await field.pressSequentially("zebr");
    await page.getByRole("status").filter({ hasText: "2 memories" }).waitFor();
    assertEquals(await titles(page), ["Zebra crossing", "Horse"]);
    assertEquals(await page.locator("mark").allTextContents(), ["Zebra", "Zebra", "zébra"]);
    assertEquals(new URL(page.url()).search, "?q=zebr");
    assert(await field.evaluate((element) => element === document.activeElement));

    await page.reload();
    assertEquals(await titles(page), ["Zebra crossing", "Horse"]);
    assertEquals(await field.inputValue(), "zebr");
    await row(page, "Horse").getByRole("link").click();
    await page.getByRole("heading", { name: "Horse", level: 1 }).waitFor();
    await page.goBack();
    assertEquals(await titles(page), ["Zebra crossing", "Horse"]);

    await field.fill("nothing like it");
    await page.getByText("No memory matches").waitFor();
    await page.getByRole("link", { name: "Show all memories" }).click();
    await page.getByText("3 memories").waitFor();
    assertEquals([await field.inputValue(), new URL(page.url()).search], ["", ""]);
  },
);

Deno.test(chromiumTest("only the answer to the last question is shown"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  remember(device.store, "Zebra");
  remember(device.store, "Walrus");
  const page = await browser.open(addressOf(device));
  // The first answer comes after the second one.
  let release = () => {};
  const held = new Promise<void>((resolve) => release = resolve);
  await page.route("**/api/memories?q=zebra", async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  const field = page.getByRole("searchbox");
  const asked = page.waitForRequest("**/api/memories?q=zebra");
  await field.fill("zebra");
  await asked;
  await field.fill("walrus");
  await row(page, "Zebra").waitFor({ state: "detached" });
  release();
  await page.unrouteAll({ behavior: "wait" });
  assertEquals(await titles(page), ["Walrus"]);
});

Deno.test(chromiumTest("filters narrow the feed, together with a search"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  remember(device.store, "One", { project: "atlas", kind: "bugfix" });
  remember(device.store, "Two", { project: "atlas" });
  remember(device.store, "Three", { project: "borealis" });
  remember(device.store, "Four", { active: false });
  const page = await browser.open(addressOf(device));
  await page.getByText("3 memories").waitFor();
  await page.getByLabel("Project").selectOption({ label: "atlas (2)" });
  await page.getByText("2 memories").waitFor();
  await page.getByLabel("Kind").selectOption("bugfix");
  await page.getByText("1 memory").waitFor();
  assertEquals(await titles(page), ["One"]);
  assertEquals(new URL(page.url()).search, "?project=atlas&kind=bugfix");
  await page.getByRole("searchbox").fill("two");
  await page.getByText("No memory matches").waitFor();
  await page.getByLabel("Kind").selectOption("");
  await row(page, "Two").waitFor();
  await page.goto(`${addressOf(device)}/?device=${device.store.deviceId}`);
  assertEquals(await page.getByLabel("Device").inputValue(), device.store.deviceId);
  assertEquals((await titles(page)).length, 3);
  await page.getByLabel("State").selectOption("only");
  await row(page, "Four").waitFor();
  assertEquals(await titles(page), ["Four"]);
});

for (const javaScript of [true, false]) {
  const how = javaScript ? "with" : "without";
  Deno.test(
    chromiumTest(`a memory leads back to the list it was found in, ${how} script`),
    async () => {
      await using device = await startDevice("studio");
      await using browser = await TestBrowser.start();
      remember(device.store, "Zebra crossing", { project: "atlas" });
      remember(device.store, "Zebra", { project: "borealis" });
      const page = await browser.open(`${addressOf(device)}/?q=zebra&project=atlas`, {
        javaScript,
      });
      await row(page, "Zebra crossing").getByRole("link").click();
      await page.getByRole("link", { name: "Back to the results" }).click();
      await page.getByText("1 memory").waitFor();
      assertEquals(new URL(page.url()).search, "?q=zebra&project=atlas");
      assertEquals(await titles(page), ["Zebra crossing"]);
      await page.goto(addressOf(device));
      await row(page, "Zebra crossing").getByRole("link").click();
      await page.getByRole("link", { name: "All memories" }).click();
      await page.getByText("2 memories").waitFor();
    },
  );
}

Deno.test(
  chromiumTest("older memories come while one scrolls, and the place is found again"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    fill(device.store, 1_020);
    const page = await browser.open(addressOf(device));
    await page.getByText("1,020 memories").waitFor();
    const count = () => page.locator(".memory").count();
    for (let before = 0; before < 1_020;) {
      before = await count();
      await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
      if (before === 1_020) break;
      await page.waitForFunction(
        (rows) => document.querySelectorAll(".memory").length > rows,
        before,
      );
    }
    const all = await titles(page);
    assertEquals([all.length, new Set(all).size, all.at(-1)], [1_020, 1_020, "Memory number 0"]);
    assertEquals(await page.getByRole("link", { name: "Older memories" }).count(), 0);

    await page.goto(addressOf(device));
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
    await row(page, "Memory number 950").waitFor();
    await row(page, "Memory number 950").getByRole("link").click();
    await page.getByRole("heading", { name: "Memory number 950", level: 1 }).waitFor();
    await page.goBack();
    await row(page, "Memory number 950").waitFor();
    await page.waitForFunction(() => scrollY > 1_000);

    // Further down than one request reads.
    while (await row(page, "Memory number 700").count() === 0) {
      await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
    }
    await row(page, "Memory number 700").scrollIntoViewIfNeeded();
    await row(page, "Memory number 700").getByRole("link").click();
    await page.getByRole("heading", { name: "Memory number 700", level: 1 }).waitFor();
    await page.goBack();
    await page.waitForFunction(() => {
      const link = [...document.querySelectorAll(".memory a")].find(({ textContent }) =>
        textContent === "Memory number 700"
      );
      const top = link?.getBoundingClientRect().top ?? -1;
      return top >= 0 && top < innerHeight;
    });
  },
);

Deno.test(
  chromiumTest("what arrives from another device is announced, and shown when one wants it"),
  async () => {
    await using laptop = await startDevice("laptop");
    await using studio = await startDevice("studio");
    await using browser = await TestBrowser.start();
    await pair(laptop, studio);
    const old = remember(studio.store, "Old news");
    const page = await browser.open(addressOf(studio));
    await row(page, "Old news").waitFor();
    const ids = [remember(laptop.store, "From afar"), remember(laptop.store, "And another")];
    const pill = page.getByRole("button", { name: "2 new" });
    await pill.waitFor();
    assertEquals(await titles(page), ["Old news"]);
    await pill.click();
    await row(page, "From afar").waitFor();
    await page.getByText("3 memories").waitFor();
    assertEquals(await row(page, "From afar").locator(".about").innerText(), "note\nlaptop");
    assertEquals(await page.locator(".arrived button").count(), 0);

    // What is changed or forgotten there moves nothing: it shows at once.
    laptop.store.memories.edit(ids[0]!, { title: "From very far" });
    await row(page, "From very far").waitFor();
    await eventually("laptop has it", () => laptop.store.memories.find(old) !== undefined);
    laptop.store.memories.forget([old]);
    await row(page, "Old news").waitFor({ state: "detached" });
    await page.getByText("2 memories").waitFor();
  },
);

Deno.test(
  chromiumTest("an empty store says so, and a server that is gone does not take the list along"),
  async () => {
    const device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const page = await browser.open(addressOf(device));
    await page.getByText("Nothing is remembered yet").waitFor();
    remember(device.store, "Zebra");
    await page.getByRole("button", { name: "1 new" }).click();
    await row(page, "Zebra").waitFor();
    await device[Symbol.asyncDispose]();
    await page.getByRole("searchbox").fill("walrus");
    await page.getByRole("alert").filter({ hasText: "codemem does not answer" }).waitFor();
    assertEquals(await titles(page), ["Zebra"]);
  },
);
