import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { chromiumTest, flowTest, TestBrowser } from "../support/viewer/browser.ts";
import { pair, startDevice, sync } from "../support/devices/device.ts";
import { headline, noteTexts, openSync, peerCard } from "../support/viewer/sync_pages.ts";
import { ViewerClient } from "../support/viewer/viewer_client.ts";

/** More than a page of ops holds, so that a pass tells how far it is. */
const MANY = 3_000;

flowTest("the page says whether devices hold the same, and only when it is so", async (window) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  await headline(page).getByText("Nothing is paired yet").waitFor();
  await pair(bob, alice);
  await headline(page).getByText("Both devices are identical").waitFor();
  alice.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
  await headline(page).getByText("Both devices hold the same 1 memory").waitFor();
  await bob.runtime.close();
  alice.store.memories.remember({ kind: "discovery", title: "Two", body: "Two" });
  await headline(page).getByText("bob is offline; 1 change waits for it").waitFor();
  await page.locator(".answer").getByText(/^Last identical .+, 1 memory\. It catches up/)
    .waitFor();
});

Deno.test(
  chromiumTest("a peer is in sync only while nothing is missing on either side"),
  async () => {
    await using alice = await startDevice("alice", { loop: false });
    await using bob = await startDevice("bob", { loop: false });
    await pair(alice, bob);
    await sync(alice, bob);
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, alice);
    const badge = peerCard(page, "bob").locator(".badge").first();
    await badge.getByText("in sync").waitFor();
    alice.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
    await badge.getByText("catching up").waitFor();
    await sync(alice, bob);
    await page.reload();
    await badge.getByText("in sync").waitFor();
  },
);

flowTest(
  "a sync can be watched: how far it is, and then that both are the same",
  async (window) => {
    await using alice = await startDevice("alice", { loop: false });
    await using bob = await startDevice("bob");
    alice.store.transaction(() => {
      for (let each = 0; each < MANY; each++) {
        alice.store.memories.remember({ kind: "discovery", title: `Memory ${each}`, body: "Text" });
      }
    });
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, bob, window);
    const texts = await noteTexts(page, ".standing");
    await pair(alice, bob);
    await headline(page).getByText("Both devices hold the same 3,000 memories").waitFor();
    const said = await texts();
    assert(
      said.some((text) => /^Receiving from alice: [\d,]+ of 3,000$/.test(text)),
      said.join("\n"),
    );
    await page.getByRole("cell", { name: "3,000", exact: true }).waitFor();
    const chart = await peerCard(page, "alice").getByRole("img").getAttribute("aria-label");
    assertMatch(chart!, /at most [\d,]+ memories of alice were missing here, now 0 memories/);
    assertEquals(await page.locator("progress").count(), 0);
  },
);

flowTest(
  "the page says that the device does not answer, and goes on when it does",
  async (window) => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    await pair(alice, bob);
    await sync(bob, alice);
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, alice, window);
    await alice.runtime.close();
    await page.getByText("codemem does not answer").waitFor();
    await page.getByRole("button", { name: "Sync all now" }).click();
    await page.getByRole("alert").getByText("codemem does not answer").waitFor();
    await alice.restart();
    await page.getByText("What you see may be out of date").waitFor({ state: "detached" });
    // It has another token now, which the page fetches by itself.
    await page.getByRole("button", { name: "Rename bob" }).click();
    await page.getByLabel("New name of bob").fill("laptop");
    await page.keyboard.press("Enter");
    await peerCard(page, "laptop").waitFor();
    assertEquals(alice.store.peers.list().map(({ name }) => name), ["laptop"]);
  },
);

Deno.test(chromiumTest("all can be read without JavaScript"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await sync(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, { javaScript: false });
  await headline(page).getByText("Both devices are identical").waitFor();
  const card = peerCard(page, "bob");
  await card.getByText("in sync").waitFor();
  await card.locator("summary").click();
  await card.getByText(bob.store.deviceId).waitFor();
  const instead = await page.locator("noscript").innerText();
  assertMatch(instead, /To pair, run codemem sync pair in a terminal/);
  assertMatch(instead, /sync_interval_s\s+86400/);
  assertEquals(await page.getByRole("button").and(page.locator(":visible:not(.copy)")).count(), 0);
});

Deno.test(chromiumTest("nothing moves while a page comes to life"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using browser = await TestBrowser.start();
  for (const width of [1280, 380]) {
    const page = await openSync(browser, alice, { width });
    await page.getByTestId("pairing-command").waitFor();
    assertEquals(await layoutShifts(page), []);
  }
  await pair(alice, bob);
  await sync(alice, bob);
  const page = await openSync(browser, alice);
  await headline(page).getByText("Both devices").waitFor();
  assertEquals(await layoutShifts(page), []);
});

Deno.test(chromiumTest("a pass that brings nothing changes words, and moves nothing"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await sync(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice);
  const viewer = await ViewerClient.open(alice);
  await page.getByText(bob.address).first().waitFor();
  await sync(alice, bob);
  // The pass that a person asks for tells the page to read them anew.
  await viewer.send("POST", "/api/sync/actions/sync-now");
  await page.getByText(/\d times/).waitFor();
  assertEquals(await layoutShifts(page), []);
});

/** What has moved over the life of the page (Layout Instability §5), and how far. */
function layoutShifts(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    new Promise<string[]>((resolve) => {
      const told = (entries: PerformanceEntryList) =>
        (entries as unknown as LayoutShift[]).map(({ value, sources }) =>
          `${value}: ${sources.map(({ node }) => node?.textContent).join(" | ")}`
        );
      const observer = new PerformanceObserver((list) => resolve(told(list.getEntries())));
      observer.observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() =>
        requestAnimationFrame(() => resolve(told(observer.takeRecords())))
      );
    })
  );
}

interface LayoutShift {
  readonly value: number;
  readonly sources: readonly { readonly node: Node | null }[];
}

Deno.test(chromiumTest("the page fits a narrow window"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob with a name that is as long as people give them");
  await pair(alice, bob);
  await sync(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, { width: 380 });
  await page.getByRole("button", { name: "Pair a device" }).click();
  await page.getByTestId("pairing-command").waitFor();
  await page.locator("summary").first().click();
  assert(await tooWide(page.locator("html")) <= 0);
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Advanced").click();
  assert(await tooWide(dialog) <= 0);
});

function tooWide(place: Locator): Promise<number> {
  return place.evaluate((node) => node.scrollWidth - node.clientWidth);
}
