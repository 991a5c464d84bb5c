/** No page, in no state, light or dark, wide or narrow, breaks a rule of accessibility that axe knows. */
import axe from "axe-core";
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { chromiumTest, TestBrowser } from "../support/browser.ts";
import { LOOKS, openScene, SCENES } from "../support/viewer_scenes.ts";
import { setStage } from "../support/viewer_stage.ts";

/** The rules of WCAG 2.2 A and AA, and axe's own good practices. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

Deno.test(chromiumTest("axe finds nothing on any page, in any state"), async () => {
  await using stage = await setStage();
  await using browser = await TestBrowser.start();
  const found: string[] = [];
  for (const scene of SCENES) {
    const page = await openScene(browser, stage, { scene, look: LOOKS[0]! });
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Where a page may run no script, axe cannot run either.
      const violations = scene.javaScript === false ? [] : await violationsIn(page);
      if (await isWiderThanItsWindow(page)) violations.push("it scrolls sideways");
      found.push(...violations.map((each) => `${scene.name} ${width} ${colorScheme}: ${each}`));
    }
    await page.context().close();
  }
  assertEquals(found, []);
});

/** What axe objects to, a line for each element. */
async function violationsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async (rules) => {
    // deno-lint-ignore no-explicit-any -- put there by axe's source
    const { axe } = globalThis as any;
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: rules } });
    // deno-lint-ignore no-explicit-any -- as axe reports
    return violations.flatMap(({ id, nodes }: any) =>
      // deno-lint-ignore no-explicit-any -- as axe reports
      nodes.map(({ html, failureSummary }: any) =>
        `${id}: ${html.slice(0, 160)} ${failureSummary.split("\n").slice(1, 2).join("").trim()}`
      )
    );
  }, RULES);
}

async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}
