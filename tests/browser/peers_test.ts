import { assertEquals } from "@std/assert";
import { chromiumTest, flowTest, TestBrowser } from "../support/viewer/browser.ts";
import { pair, startDevice, sync } from "../support/devices/device.ts";
import { copiedText, openSync, peerCard } from "../support/viewer/sync_pages.ts";

flowTest("a peer is renamed where its name stands, with the keyboard", async (window) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  const rename = page.getByRole("button", { name: "Rename bob" });
  await rename.focus();
  await page.keyboard.press("Enter");
  const field = page.getByLabel("New name of bob");
  await field.fill("\t");
  await page.keyboard.press("Enter");
  await page.getByText("Expected: one line of 1 to").waitFor();
  assertEquals(await field.getAttribute("aria-invalid"), "true");
  await page.keyboard.press("Escape");
  await rename.and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await field.fill("laptop");
  await page.keyboard.press("Enter");
  await peerCard(page, "laptop").waitFor();
  await page.getByRole("button", { name: "Rename laptop" }).and(page.locator(":focus")).waitFor();
  assertEquals(alice.store.peers.list().map(({ name }) => name), ["laptop"]);
});

flowTest("a peer is removed after a question that says what it means", async (window) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  const remove = page.getByRole("button", { name: "Remove bob" });
  await remove.click();
  const dialog = page.getByRole("dialog", { name: "Remove bob?" });
  await dialog.getByText("stay where they are, on both").waitFor();
  await dialog.getByText("through any device that trusts it").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assertEquals(alice.store.peers.list().length, 1);
  await remove.click();
  await dialog.getByRole("button", { name: "Remove bob" }).click();
  await page.getByText("No other device yet").waitFor();
  assertEquals(alice.store.peers.list(), []);
});

flowTest("two peers of one name are told apart wherever they stand", async (window) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await using namesake = await startDevice("bob");
  await pair(alice, bob);
  await pair(alice, namesake);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  const [one, other] = [bob, namesake].map(({ store }) => `bob (${store.deviceId.slice(0, 8)})`);
  await peerCard(page, other!).waitFor();
  const chosen = page.getByLabel("Peer", { exact: true }).locator("option");
  assertEquals((await chosen.allTextContents()).sort(), ["all", one!, other!].sort());
  await page.getByRole("button", { name: `Rename ${one}` }).click();
  assertEquals(await page.getByLabel(`New name of ${one}`).inputValue(), "bob");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Remove ${one}` }).click();
  const dialog = page.getByRole("dialog", { name: `Remove ${one}?` });
  await dialog.getByRole("button", { name: `Remove ${one}` }).click();
  await peerCard(page, "bob").waitFor();
  assertEquals(alice.store.peers.list().map(({ deviceId }) => deviceId), [namesake.store.deviceId]);
});

flowTest("a peer whose database was copied is said to be the one that goes on", async (window) => {
  await using alice = await startDevice("alice", { loop: false });
  await using bob = await startDevice("bob", { loop: false });
  await pair(alice, bob);
  await sync(alice, bob);
  const bobsId = bob.store.deviceId;
  alice.store.lives.recordCopyOfPeer(bobsId);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  const note = peerCard(page, "bob").getByText("Another copy of the database of bob was refused");
  await note.getByText("codemem sync identity new --yes").waitFor();
  assertEquals(alice.store.peers.find(bobsId)!.state, "ok");
});

flowTest("sync now begins a pass, with one peer or with all", async (window) => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await sync(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice, window);
  for (const name of ["Sync now with bob", "Sync all now"]) {
    const synced = page.waitForResponse((response) =>
      response.url().includes("/api/sync/attempts")
    );
    await page.getByRole("button", { name }).click();
    assertEquals((await synced).status(), 200);
  }
});

Deno.test(chromiumTest("what a peer is can be copied"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice);
  await page.getByText("Id, fingerprint and addresses").click();
  for (
    const [name, text] of [
      ["Copy the id of bob", bob.store.deviceId],
      ["Copy the fingerprint of bob", bob.identity.fingerprint],
      ["Copy the id of this device", alice.store.deviceId],
      ["Copy the fingerprint of this device", alice.identity.fingerprint],
    ] as const
  ) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("status").getByText("Copied").first().waitFor();
    await copiedText(page, (copied) => copied === text);
  }
});

Deno.test(
  chromiumTest("attempts are listed as they happen, of all peers or of one, with their reasons"),
  async () => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    await using carol = await startDevice("carol");
    await pair(alice, bob);
    await pair(alice, carol);
    await sync(alice, bob);
    await sync(alice, carol);
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, alice);
    const table = page.getByRole("table");
    await carol.runtime.close();
    alice.store.memories.remember({ kind: "discovery", title: "One", body: "One" });
    await table.getByText("carol does not answer").waitFor();
    await page.getByLabel("Peer", { exact: true }).selectOption("bob");
    await table.getByText("carol does not answer").waitFor({ state: "detached" });
    assertEquals(await table.getByRole("cell", { name: "carol", exact: true }).count(), 0);
  },
);

Deno.test(chromiumTest("what could not be applied is shown with its reason"), async () => {
  await using alice = await startDevice("alice");
  await using bob = await startDevice("bob");
  await pair(alice, bob);
  const from = { peerDeviceId: bob.store.deviceId, fingerprint: bob.identity.fingerprint };
  alice.store.apply([{ op_id: "1", entity_type: "star", entity_id: "s1" }], from);
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice);
  await page.getByRole("heading", { name: "1 change could not be applied" }).waitFor();
  await page.locator(".quarantine").getByText("from bob").waitFor();
});
