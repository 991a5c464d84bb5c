import { assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, flowTest, TestBrowser } from "../support/viewer/browser.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import { freePort } from "../support/system/free_port.ts";
import { headline, openSync } from "../support/viewer/sync_pages.ts";
import { ViewerClient } from "../support/viewer/viewer_client.ts";

/** Opens the settings with all that is in them. */
async function openSettings(page: Page) {
  await page.getByRole("button", { name: "Settings" }).click();
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByText("Advanced").click();
  return dialog;
}

async function configOf(device: TestDevice) {
  return (await (await ViewerClient.open(device)).get("/api/sync/config")).body;
}

flowTest("each setting is changed without a restart, and kept", async (window) => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, device, window);
  const dialog = await openSettings(page);
  const save = dialog.getByRole("button", { name: "Save" });
  const port = freePort();
  assertEquals(await save.isDisabled(), true);
  await dialog.getByLabel("Name of this device").fill("attic");
  await dialog.getByLabel("Sync port").fill(String(port));
  await dialog.getByLabel("Sync at least every").fill("77");
  await dialog.getByLabel("Find devices on the local network").check();
  await dialog.getByRole("button", { name: "+ another address" }).click();
  await dialog.getByLabel("Address 2", { exact: true }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("192.0.2.1");
  await dialog.getByLabel("Addresses told to other devices").fill(
    "studio.example:7337, 127.0.0.1:1",
  );
  await save.click();
  await dialog.getByText("Saved, and in effect").waitFor();
  const { device_name, sync_port, sync_interval_s, sync_mdns, sync_bind, sync_advertise } =
    await configOf(device);
  assertEquals([device_name, sync_port, sync_interval_s, sync_mdns], ["attic", port, 77, true]);
  assertEquals(sync_bind, ["127.0.0.1", "192.0.2.1"]);
  assertEquals(sync_advertise, ["studio.example:7337", "127.0.0.1:1"]);
  await page.keyboard.press("Escape");
  await page.getByText(`127.0.0.1 port ${port}`).waitFor();
  await page.getByText("not an address of this machine").waitFor();
  await page.locator(".facts dd").first().getByText("attic").waitFor();
  // A narrow window has no room for it there.
  await page.locator(".masthead").getByText("attic").waitFor({ state: "attached" });
  await page.waitForFunction(() => document.title === "Sync · codemem on attic");
});

flowTest("an address is offered, added and removed again", async (window) => {
  await using device = await startDevice("studio", { settings: { syncBind: ["0.0.0.0"] } });
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, device, window);
  const dialog = await openSettings(page);
  await dialog.getByRole("button", { name: "127.0.0.1 lo" }).click();
  await dialog.getByLabel("Address 2", { exact: true }).waitFor();
  assertEquals(await dialog.getByRole("button", { name: "127.0.0.1 lo" }).count(), 0);
  await dialog.getByRole("button", { name: "Remove address 1" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Saved").waitFor();
  assertEquals((await configOf(device)).sync_bind, ["127.0.0.1"]);
});

flowTest(
  "what is invalid or held is refused at its field, and the old value keeps working",
  async (window) => {
    await using device = await startDevice("studio");
    using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, device, window);
    const dialog = await openSettings(page);
    const before = await configOf(device);
    for (
      const [label, value, problem] of [
        ["Sync port", "99999", "Expected: a whole number from 1 to 65535"],
        ["Sync port", String(holder.addr.port), "it is in use. Choose another"],
        ["Port of this page", String(holder.addr.port), "the port is in use. Choose another"],
        ["Sync at least every", "often", "Expected: a whole number from 1 to 86400"],
        ["Name of this device", " ", "Expected: 1 to 60 characters on one line"],
        ["Address 1", "nowhere", "one or more IP addresses"],
        ["Addresses told to other devices", "http://x", "host:port"],
      ] as const
    ) {
      const field = dialog.getByLabel(label, { exact: true });
      const old = await field.inputValue();
      await field.fill(value);
      await page.keyboard.press("Enter");
      await dialog.getByRole("alert").getByText(problem).waitFor();
      await field.and(page.locator(":focus")).waitFor();
      assertEquals(await field.getAttribute("aria-invalid"), "true");
      await field.fill(old);
    }
    assertEquals(await configOf(device), before);
    await page.keyboard.press("Escape");
    await page.getByText(`127.0.0.1 port ${device.settings.syncPort}`).waitFor();
  },
);

flowTest("the page moves along with its port", async (window) => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, device, window);
  const dialog = await openSettings(page);
  const port = freePort();
  await dialog.getByLabel("Port of this page").fill(String(port));
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(`http://127.0.0.1:${port}/sync`);
  await headline(page).getByText("Nothing is paired yet").waitFor();
});

flowTest("sync is turned off and on", async (window) => {
  await using device = await startDevice("studio");
  await using browser = await TestBrowser.start();
  const page = await openSync(browser, device, window);
  for (const [isOn, said] of [[false, "Sync is off"], [true, "Nothing is paired yet"]] as const) {
    const dialog = await openSettings(page);
    await dialog.getByLabel("Sync with other devices").setChecked(isOn);
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Saved").waitFor();
    await page.keyboard.press("Escape");
    await headline(page).getByText(said).waitFor();
  }
});

Deno.test(
  chromiumTest(
    "what needs a new start says so, and what the environment decides cannot be changed",
  ),
  async () => {
    await using device = await startDevice("studio", {
      env: { CODEMEM_SYNC_PORT: String(freePort()) },
    });
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, device);
    const dialog = await openSettings(page);
    assertEquals(await dialog.getByLabel("Sync port").isDisabled(), true);
    await dialog.getByText("CODEMEM_SYNC_PORT").waitFor();
    await dialog.getByLabel("Log level").selectOption("debug");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Log level: from the next start on: codemem sync restart").waitFor();
    assertEquals((await configOf(device)).log_level, "debug");
  },
);

Deno.test(
  chromiumTest("rotating keys asks once more, and gives the device another key"),
  async () => {
    await using device = await startDevice("studio");
    await using browser = await TestBrowser.start();
    const page = await openSync(browser, device);
    const dialog = await openSettings(page);
    await dialog.getByRole("button", { name: "Rotate keys…" }).click();
    await dialog.getByText("There is no way back").waitFor();
    assertEquals(device.store.device.record().fingerprint, device.identity.fingerprint);
    await dialog.getByRole("button", { name: "Rotate the keys now" }).click();
    await dialog.getByText("This device has a new key").waitFor();
    assertNotEquals(device.store.device.record().fingerprint, device.identity.fingerprint);
  },
);
