import { assertEquals } from "@std/assert";
import { chromiumTest, flowTest, TestBrowser } from "../support/viewer/browser.ts";
import { pair, startDevice } from "../support/devices/device.ts";
import { copiedText, headline, openSync } from "../support/viewer/sync_pages.ts";
import { ViewerClient } from "../support/viewer/viewer_client.ts";

const PASTE = "Or paste the command of the other machine";

flowTest(
  "a command copied from one page and pasted into the other pairs both, and both say so",
  async (window) => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob", { settings: { syncEnabled: false } });
    await using browser = await TestBrowser.start();
    const inviting = await openSync(browser, alice, window);
    const accepting = await openSync(browser, bob, window);
    await inviting.getByText(/valid for \d+:\d\d/).waitFor();
    await inviting.getByRole("button", { name: "Copy the pairing command" }).click();
    const shown = await inviting.getByTestId("pairing-command").textContent();
    const command = await copiedText(inviting, (text) => text === shown);
    await accepting.getByRole("button", { name: "Turn sync on" }).click();
    await accepting.getByLabel(PASTE).fill(command.replace(/(.{80})/g, "$1\n"));
    await accepting.getByRole("button", { name: "Pair", exact: true }).click();
    await accepting.getByText("Paired with alice").waitFor();
    await inviting.getByText("Paired with bob").waitFor();
    for (const page of [inviting, accepting]) {
      await headline(page).getByText("Both devices are identical").waitFor();
    }
    // An invitation is good once: the page has another one by then.
    await inviting.getByTestId("pairing-command").filter({ hasNotText: command }).waitFor();
  },
);

Deno.test(chromiumTest("what is wrong with a pasted command stands beside it"), async () => {
  await using alice = await startDevice("alice");
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice);
  const own = (await (await ViewerClient.open(alice)).get("/api/sync/pairing")).body.command;
  for (
    const [text, problem] of [
      ["codemem sync pair", "it does not begin with cm1."],
      [own, "This invitation was made on this device"],
      [own.slice(0, 120), "it is cut off"],
    ] as const
  ) {
    await page.getByLabel(PASTE).fill(text);
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    await page.getByRole("alert").getByText(problem).waitFor();
    assertEquals(await page.getByLabel(PASTE).inputValue(), text);
  }
});

Deno.test(chromiumTest("an invitation that has expired is replaced by another one"), async () => {
  let aheadMs = 0;
  await using alice = await startDevice("alice", { nowMs: () => Date.now() + aheadMs });
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, alice);
  await page.clock.install();
  await page.reload();
  const shown = page.getByTestId("pairing-command");
  const command = (await shown.textContent())!;
  aheadMs = 10 * 60_000;
  await page.clock.fastForward(aheadMs);
  await shown.filter({ hasNotText: command }).waitFor();
});

Deno.test(
  chromiumTest("what went wrong before is not said any more once devices are paired"),
  async () => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, alice);
    await page.getByLabel(PASTE).fill("cm1.short");
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    const wrong = page.getByRole("alert").getByText("it is cut off");
    await wrong.waitFor();
    await pair(alice, bob);
    await page.getByText("Paired with bob").waitFor();
    await wrong.waitFor({ state: "detached" });
  },
);

Deno.test(
  chromiumTest("another key is shown beside the known one before it takes its place"),
  async () => {
    await using alice = await startDevice("alice");
    await using bob = await startDevice("bob");
    bob.store.peers.pin({
      deviceId: alice.store.deviceId,
      name: "alice",
      fingerprint: "ab".repeat(32),
      publicKey: "ssh-ed25519 AAAA",
    }, { addresses: [], replaceKey: false });
    const { command } = (await (await ViewerClient.open(alice)).get("/api/sync/pairing")).body;
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, bob);
    await page.getByRole("button", { name: "Pair a device" }).click();
    await page.getByLabel(PASTE).fill(command);
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    const note = page.getByRole("alert");
    await note.getByText("abab abab").waitFor();
    await note.getByText(alice.identity.fingerprint.slice(0, 4)).waitFor();
    assertEquals(bob.store.peers.find(alice.store.deviceId)?.fingerprint, "ab".repeat(32));
    await note.getByRole("button", { name: "replace the key" }).click();
    await page.getByText("Paired with alice").waitFor();
    assertEquals(
      bob.store.peers.find(alice.store.deviceId)?.fingerprint,
      alice.identity.fingerprint,
    );
  },
);

Deno.test(
  chromiumTest("where the other machine cannot be reached, the page shows what finishes the job"),
  async () => {
    await using bob = await startDevice("bob");
    await using alice = await startDevice("alice");
    const { command } = (await (await ViewerClient.open(alice)).get("/api/sync/pairing")).body;
    await alice.runtime.close();
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, bob);
    await page.getByLabel(PASTE).fill(command);
    await page.getByRole("button", { name: "Pair", exact: true }).click();
    await page.getByText("Half done").waitFor();
    await page.getByRole("button", { name: "Copy the command that finishes it" }).click();
    const finish = await copiedText(page, (text) => text.startsWith("codemem sync pair --accept "));
    await alice.restart();
    const other = await openSync(browser, alice);
    await other.getByLabel(PASTE).fill(finish);
    await other.getByRole("button", { name: "Pair", exact: true }).click();
    await other.getByText("Paired with bob").waitFor();
    await headline(page).getByText("Both devices are identical").waitFor();
  },
);
