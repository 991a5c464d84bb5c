/** Memories written, changed and forgotten in a real browser, by pointer and by keys. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, flowTest, TestBrowser } from "../support/viewer/browser.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";

const addressOf = ({ settings }: TestDevice) => `http://127.0.0.1:${settings.viewerPort}`;
const memoriesOf = ({ store }: TestDevice) => [...store.memories.all()];
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Waits until the element with the focus is this one. */
async function awaitFocus(page: Page, name: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      (document.activeElement?.getAttribute("name") ?? document.activeElement?.textContent) ===
        wanted,
    name,
  );
}

flowTest(
  "a memory is written in the dialog, and what is wrong with it is said in place",
  async (window) => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const page = await browser.open(addressOf(device), window);
    await button(page, "New memory").click();
    await awaitFocus(page, "body");
    await button(page, "Remember").click();
    await page.getByRole("alert").filter({ hasText: "Expected: a text that is not empty" })
      .waitFor();
    await awaitFocus(page, "body");
    await page.getByLabel("Text", { exact: true }).fill("The build needs Node 20\nfor npx");
    await page.getByRole("dialog").getByLabel("Kind").fill("two words");
    await page.getByLabel("Tags").fill("ci, build,");
    await page.locator("summary").click();
    await page.getByLabel("Facts").fill("Node 18 fails\n\nNode 20 works");
    await button(page, "Remember").click();
    await page.getByRole("alert").filter({ hasText: "Expected: one word of at most 40" }).waitFor();
    await awaitFocus(page, "kind");
    assertEquals(memoriesOf(device), []);
    await page.getByRole("dialog").getByLabel("Kind").fill("decision");
    await button(page, "Remember").click();
    await page.getByRole("link", { name: "The build needs Node 20" }).waitFor();
    await page.getByText("1 memory").waitFor();
    await awaitFocus(page, "New memory");
    assertEquals(await page.locator(".arrived button").count(), 0);
    const [memory] = memoriesOf(device);
    assertEquals(
      [memory!.title, memory!.body, memory!.kind, memory!.tags, memory!.facts, memory!.project],
      [
        "The build needs Node 20",
        "The build needs Node 20\nfor npx",
        "decision",
        ["ci", "build"],
        ["Node 18 fails", "Node 20 works"],
        null,
      ],
    );
  },
);

flowTest("a memory is changed in place, and only where it was touched", async (window) => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const facts = ["one\nof two lines", "another"];
  const { id } = device.store.memories.remember({
    ...{ kind: "note", title: "Before", body: "Line one\n\n  line two", facts, project: "atlas" },
  });
  const page = await browser.open(`${addressOf(device)}/memories/${id}`, window);
  assertEquals(await page.locator(".text").innerText(), "Line one\n\n  line two");
  await button(page, "Edit").click();
  await awaitFocus(page, "body");
  await page.getByLabel("Title", { exact: true }).fill("");
  await button(page, "Save").click();
  await page.getByRole("alert").filter({ hasText: "Expected: a text of one line" }).waitFor();
  await page.getByLabel("Title", { exact: true }).fill("After");
  await page.getByLabel("Project").fill("");
  await button(page, "Save").click();
  await page.getByRole("heading", { name: "After", level: 1 }).waitFor();
  await awaitFocus(page, "After");
  const [memory] = memoriesOf(device);
  assertEquals([memory!.title, memory!.project, memory!.facts, memory!.clock.rev], [
    ...["After", null, facts, 2],
  ]);
  assertEquals(await page.locator(".history li").count(), 2);
  await button(page, "Edit").click();
  await button(page, "Cancel").click();
  await page.getByRole("heading", { name: "After", level: 1 }).waitFor();
  assertEquals(memoriesOf(device)[0]!.clock.rev, 2);
});

Deno.test(chromiumTest("an edit from another device shows, also to who is editing"), async () => {
  await using laptop = await startDevice("laptop");
  await using studio = await startDevice("studio");
  await using browser = await TestBrowser.start();
  await pair(laptop, studio);
  const { id } = studio.store.memories.remember({ kind: "note", title: "First", body: "b" });
  const page = await browser.open(`${addressOf(studio)}/memories/${id}`);
  while (laptop.store.memories.find(id) === undefined) await page.waitForTimeout(50);
  laptop.store.memories.edit(id, { title: "Second" });
  await page.getByRole("heading", { name: "Second", level: 1 }).waitFor();
  await page.getByText("from laptop").waitFor();
  await button(page, "Edit").click();
  await page.getByLabel("Tags").fill("mine");
  laptop.store.memories.edit(id, { title: "Third" });
  await page.getByText("It was changed on laptop since you began").waitFor();
  await button(page, "Save").click();
  await page.getByRole("heading", { name: "Third", level: 1 }).waitFor();
  const memory = studio.store.memories.find(id)!;
  assertEquals([memory.title, memory.tags], ["Third", ["mine"]]);
});

Deno.test(
  chromiumTest("what is written is not lost by leaving, nor saved once forgotten"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const { id } = device.store.memories.remember({ kind: "note", title: "First", body: "b" });
    const page = await browser.open(`${addressOf(device)}/memories/${id}`);
    await button(page, "Edit").click();
    await page.getByLabel("Text", { exact: true }).fill("Half written");
    const asked = page.waitForEvent("dialog");
    const left = page.getByRole("link", { name: "Sync" }).click();
    const question = await asked;
    assertEquals(question.type(), "beforeunload");
    await question.dismiss();
    await left;
    assertEquals(await page.getByLabel("Text", { exact: true }).inputValue(), "Half written");
    device.store.memories.forget([id]);
    await page.getByText("It cannot be saved any more").waitFor();
    await button(page, "Cancel").click();
    await page.getByRole("heading", { name: "This memory was forgotten" }).waitFor();
    await page.getByRole("link", { name: "All memories" }).click();
    await page.getByText("Nothing is remembered yet").waitFor();
  },
);

Deno.test(chromiumTest("a memory that is half written outlives its dialog"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await browser.open(addressOf(device));
  const text = page.getByLabel("Text", { exact: true });
  await button(page, "New memory").click();
  await text.fill("Half written");
  await page.keyboard.press("Escape");
  await text.waitFor({ state: "detached" });
  await button(page, "New memory").click();
  assertEquals(await text.inputValue(), "Half written");
  await button(page, "Cancel").click();
  await button(page, "New memory").click();
  assertEquals(await text.inputValue(), "");
});

flowTest("a memory is forgotten after a question, on all devices", async (window) => {
  await using laptop = await startDevice("laptop");
  await using studio = await startDevice("studio");
  await using browser = await TestBrowser.start();
  await pair(laptop, studio);
  const { id } = studio.store.memories.remember({ kind: "note", title: "Secret", body: "b" });
  const page = await browser.open(`${addressOf(studio)}/memories/${id}`, window);
  while (laptop.store.memories.find(id) === undefined) await page.waitForTimeout(50);
  await button(page, "Forget").click();
  const question = page.getByRole("dialog", { name: "Forget this memory?" });
  await question.getByText("from all your devices as they sync: laptop").waitFor();
  await button(page, "Keep it").click();
  await question.waitFor({ state: "detached" });
  await awaitFocus(page, "Forget");
  assertEquals(studio.store.memories.find(id)!.deletedAt, null);
  await button(page, "Forget").click();
  await button(page, "Forget on all devices").click();
  await page.getByText("Nothing is remembered yet").waitFor();
  while (laptop.store.memories.find(id)!.deletedAt === null) await page.waitForTimeout(50);
  assertEquals(laptop.store.memories.find(id)!.body, "");
  await page.goto(`${addressOf(studio)}/memories/${id}`);
  await page.getByRole("heading", { name: "This memory was forgotten" }).waitFor();
  assertEquals(await page.getByRole("button", { name: "Edit" }).count(), 0);
});

Deno.test(chromiumTest("all of it is done by keys alone"), async () => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  device.store.memories.remember({ kind: "note", title: "Zebra", body: "b" });
  const page = await browser.open(addressOf(device));
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focusOn = async (selector: string) => {
    for (let presses = 0; presses < 40; presses++) {
      await press("Tab");
      if (await page.evaluate((each) => document.activeElement!.matches(each), selector)) return;
    }
    throw new Error(`Tab never comes to ${selector}`);
  };
  await focusOn(".feed-page > header button");
  await press("Enter");
  await awaitFocus(page, "body");
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await awaitFocus(page, "New memory");
  await press("Enter");
  await awaitFocus(page, "body");
  await page.keyboard.type("Walrus");
  await focusOn(".memory-form button[type=submit]");
  await press("Enter");
  await page.getByText("2 memories").waitFor();
  await focusOn("input[type=search]");
  await page.keyboard.type("zeb");
  await page.getByText("1 memory").waitFor();
  await focusOn(".memory a");
  await press("Enter");
  await page.getByRole("heading", { name: "Zebra", level: 1 }).waitFor();
  await page.waitForFunction(() => document.querySelector(".memory-page button") !== null);
  await focusOn(".memory-page button.danger");
  await press("Enter");
  await focusOn("dialog button.danger");
  await press("Enter");
  await page.getByText("No memory matches").waitFor();
  assertEquals(memoriesOf(device).map(({ title }) => title), ["Walrus"]);
});

flowTest("a page that outlives its process goes on with the new one", async (window) => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await browser.open(addressOf(device), window);
  await button(page, "New memory").click();
  await page.getByLabel("Text", { exact: true }).fill("Kept over a restart");
  await device.restart();
  await button(page, "Remember").click();
  await page.getByRole("link", { name: "Kept over a restart" }).waitFor();
  assert(memoriesOf(device).length === 1);
});
