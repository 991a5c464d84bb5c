import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { browserScript } from "../../scripts/bundle/browser_script.ts";
import { elfLength } from "../../scripts/compile/elf_length.ts";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { skipUnless } from "../support/skip.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
/** How much larger than its base the file may be. */
const MAX_RATIO = 1.03;
const program = await compiledProgram();

Deno.test("the compiled file serves its pages with the script and the styles that are in it", async () => {
  await using home = await SyncHome.named("studio", { enable: false, program: [program] });
  await using _serve = await home.serve();
  const page = await (await fetch(`${home.viewer}/sync`)).text();
  assertStringIncludes(page, "codemem on studio");
  const script = await fetch(`${home.viewer}/assets/app.js`);
  assertEquals(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  assertEquals(await script.text(), await browserScript(ROOT));
  const styles = await fetch(`${home.viewer}/assets/app.css`);
  assertStringIncludes(await styles.text(), ".masthead");
});

Deno.test(chromiumTest("the pages of the compiled file live in a browser"), async () => {
  await using home = await SyncHome.named("studio", { enable: false, program: [program] });
  await using _serve = await home.serve();
  await using browser = await TestBrowser.start();
  const page = await browser.open("about:blank");
  const following = page.waitForResponse((response) => response.url().endsWith("/api/events"));
  await page.goto(`${home.viewer}/sync`);
  assertEquals((await following).status(), 200);
});

Deno.test(
  skipUnless(Deno.build.os === "linux", "needs Linux", "the file is hardly larger than its base", {
    os: "linux",
  }),
  async () => {
    const bytes = await Deno.readFile(program);
    const ratio = bytes.length / elfLength(bytes);
    assert(ratio <= MAX_RATIO, `${ratio}`);
  },
);
