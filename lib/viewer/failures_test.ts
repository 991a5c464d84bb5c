import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { startDevice } from "../../tests/support/devices/device.ts";
import { RawViewer } from "../../tests/support/viewer/raw_viewer.ts";

const ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

Deno.test("where memories cannot be read, a page says so, and a program is told in JSON", async () => {
  await using device = await startDevice("studio", { loop: false });
  const viewer = new RawViewer(device);
  using other = new DatabaseSync(device.paths.database);
  other.exec("ALTER TABLE sync_peers RENAME TO lost");
  const page = await viewer.ask({ target: "/sync", headers: { accept: ACCEPT } });
  assert(page.status >= 500, `${page.status}`);
  assertStringIncludes(page.text, "This page cannot be shown now");
  assertStringIncludes(page.text, "Try again");
  assert(!page.text.includes("<script"), "it needs no script");
  assertEquals(page.headers.get("cache-control"), "no-store");
  const { status, json } = await viewer.ask();
  assertEquals(status, page.status);
  assertStringIncludes(page.text, json.message.replaceAll("'", "&#39;"));
  const events = await viewer.ask({ target: "/api/events" });
  assertEquals([events.status, events.json.error], [status, json.error]);
  // What does not need them is there.
  assertEquals((await viewer.ask({ target: "/assets/app.css" })).status, 200);
  assertEquals((await viewer.ask({ target: "/api/health" })).status, 200);
  other.exec("ALTER TABLE lost RENAME TO sync_peers");
  assertEquals((await viewer.ask({ target: "/sync", headers: { accept: ACCEPT } })).status, 200);
});

Deno.test("an address that is wrong is said to be so, and not to be tried again", async () => {
  await using device = await startDevice("studio", { loop: false });
  const viewer = new RawViewer(device);
  const pages = [
    ["/settings", 404, "The viewer has no page /settings"],
    ["/memories/none", 404, "There is no memory with this id"],
    ["/?set_aside=maybe", 400, "Something in this address cannot be used"],
    ["/?before=yesterday", 400, "does not understand its part “before=…”"],
  ] as const;
  for (const [target, expected, words] of pages) {
    const { status, text } = await viewer.ask({ target, headers: { accept: ACCEPT } });
    assertEquals(status, expected, target);
    assertStringIncludes(text, words);
    assert(!text.includes("Try again"), target);
    assert(!/expected|`next`|&quot;/.test(text), `${target} speaks to programs`);
  }
});
