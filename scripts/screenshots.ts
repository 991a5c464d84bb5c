/**
 * Pictures of every page of the viewer in every state, light and dark, wide and narrow, to be looked at.
 *
 *   deno task screenshots [FOLDER] [NAME]   all that begin with NAME; FOLDER is .cache/screenshots
 *   deno task screenshots --guide           those of the user guide, in docs/images
 */
import { resolve } from "node:path";
import { TestBrowser } from "../tests/support/viewer/browser.ts";
import { LOOKS, openScene, SCENES } from "../tests/support/viewer/viewer_scenes.ts";
import { setStage } from "../tests/support/viewer/viewer_stage.ts";

const FOLDER = resolve(import.meta.dirname!, "../.cache/screenshots");

const GUIDE_FOLDER = resolve(import.meta.dirname!, "../docs/images");

/** What the guide shows: a scene, and the part of it that matters. */
const GUIDE = [
  { name: "memories", scene: "memories", part: "html" },
  { name: "sync", scene: "sync", part: "html" },
  { name: "pairing", scene: "sync-pairing", part: "#pairing" },
  { name: "settings", scene: "sync-settings", part: "dialog" },
] as const;

const GUIDE_SIZE = { width: 1_100, height: 700 };

const MAX_HEIGHT = 1_600;

async function main([folder = FOLDER, name = ""]: readonly string[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await using stage = await setStage();
  await using browser = await TestBrowser.start();
  for (const scene of SCENES.filter((each) => each.name.startsWith(name))) {
    for (const look of LOOKS) {
      const page = await openScene(browser, stage, { scene, look });
      const path = `${folder}/${scene.name}-${look.width}-${look.colorScheme}.png`;
      // A window of the page's height: what is far below one is not drawn.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: look.width, height: Math.min(height, MAX_HEIGHT) });
      await page.screenshot({ path, animations: "disabled" });
      await page.context().close();
      console.log(path);
    }
  }
}

async function guide(): Promise<void> {
  await Deno.mkdir(GUIDE_FOLDER, { recursive: true });
  await using stage = await setStage();
  await using browser = await TestBrowser.start();
  for (const { name, scene: wanted, part } of GUIDE) {
    const scene = SCENES.find(({ name }) => name === wanted)!;
    const page = await openScene(browser, stage, { scene, look: LOOKS[0]! });
    await page.setViewportSize(GUIDE_SIZE);
    if (part !== "html") await page.locator(`${part} button`).nth(1).waitFor();
    const target = part === "html" ? page : page.locator(part);
    const path = `${GUIDE_FOLDER}/${name}.png`;
    await target.screenshot({ path, animations: "disabled" });
    await page.context().close();
    console.log(path);
  }
}

await (Deno.args[0] === "--guide" ? guide() : main(Deno.args));
