/** No page, in no state, light or dark, wide or narrow, breaks a rule of accessibility that axe knows. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { violations, withoutItsScript } from "../support/viewer/accessibility.ts";
import { chromiumTest, TestBrowser } from "../support/viewer/browser.ts";
import { LOOKS, openScene, type Scene, SCENES, sceneUrl } from "../support/viewer/viewer_scenes.ts";
import { setStage, type Stage } from "../support/viewer/viewer_stage.ts";

Deno.test(chromiumTest("axe finds nothing on any page, in any state"), async () => {
  await using stage = await setStage();
  await using browser = await TestBrowser.start();
  const found: string[] = [];
  for (const scene of SCENES) {
    const page = await openForAxe(browser, stage, scene);
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const wrong = await violations(page);
      if (await isWiderThanItsWindow(page)) wrong.push("it scrolls sideways");
      found.push(...wrong.map((each) => `${scene.name} ${width} ${colorScheme}: ${each}`));
    }
    await page.context().close();
  }
  assertEquals(found, []);
});

async function openForAxe(browser: TestBrowser, stage: Stage, scene: Scene): Promise<Page> {
  if (scene.javaScript !== false) {
    return await openScene(browser, stage, { scene, look: LOOKS[0]! });
  }
  const page = await browser.open("about:blank");
  await withoutItsScript(page);
  await page.goto(sceneUrl(stage, scene));
  return page;
}

async function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
}
