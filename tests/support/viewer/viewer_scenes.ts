/**
 * Every page of the viewer in every state, in one table: accessibility is checked and pictures are
 * taken of what stands here. A new page or state is one more row.
 */
import type { Page } from "playwright-core";
import type { TestBrowser } from "./browser.ts";
import type { Stage } from "./viewer_stage.ts";

/** A page in a state. */
export interface Scene {
  /** Of its pictures' files. */
  readonly name: string;
  /** Whose viewer it is. */
  readonly at: "paired" | "alone" | "fresh" | "troubled" | "forked" | "lost";
  readonly path: string | ((stage: Stage) => string);
  /** Brings the page into the state. */
  readonly act?: (page: Page) => Promise<unknown>;
  readonly javaScript?: false;
}

/** How a scene is looked at. */
export interface Look {
  readonly width: 380 | 1280;
  readonly colorScheme: "light" | "dark";
}

/** All ways to look at a scene. */
export const LOOKS: readonly Look[] = [1280, 380].flatMap((width) =>
  ["light", "dark"].map((colorScheme) => ({ width, colorScheme }) as Look)
);

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("button", { name, exact: typeof name === "string" }).first().click();

const refusedPort = async (page: Page) => {
  await press("Settings")(page);
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Sync port").fill("0");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("Expected: a whole number").waitFor();
};

/** What stands behind a line that opens. */
const openAll = (page: Page) =>
  page.locator("details").evaluateAll((all) => {
    for (const each of all) each.setAttribute("open", "");
  });

const memory = ({ memoryId }: Stage) => `/memories/${memoryId}`;
const longMemory = ({ longMemoryId }: Stage) => `/memories/${longMemoryId}?q=retries`;

/** The scenes. */
export const SCENES: readonly Scene[] = [
  { name: "memories", at: "paired", path: "/" },
  { name: "memories-none", at: "fresh", path: "/" },
  { name: "memories-many", at: "alone", path: "/" },
  { name: "memories-long", at: "troubled", path: "/" },
  { name: "memories-search", at: "paired", path: "/?q=build" },
  { name: "memories-not-found", at: "paired", path: "/?q=zeppelin" },
  { name: "memories-without-script", at: "paired", path: "/", javaScript: false },
  { name: "memory", at: "paired", path: memory },
  { name: "memory-long", at: "troubled", path: longMemory },
  { name: "memory-without-script", at: "troubled", path: longMemory, javaScript: false },
  { name: "memory-new", at: "paired", path: "/", act: press("New memory") },
  { name: "memory-edit", at: "paired", path: memory, act: press("Edit") },
  { name: "memory-forget", at: "paired", path: memory, act: press("Forget") },
  { name: "memory-gone", at: "paired", path: "/memories/nothing" },
  { name: "sync", at: "paired", path: "/sync" },
  { name: "sync-off", at: "alone", path: "/sync" },
  { name: "sync-first-peer", at: "fresh", path: "/sync" },
  { name: "sync-without-script", at: "paired", path: "/sync", javaScript: false },
  { name: "sync-troubled", at: "troubled", path: "/sync", act: openAll },
  { name: "sync-troubled-without-script", at: "troubled", path: "/sync", javaScript: false },
  { name: "sync-forked", at: "forked", path: "/sync" },
  { name: "sync-lost", at: "lost", path: "/sync" },
  { name: "sync-settings", at: "paired", path: "/sync", act: press("Settings") },
  { name: "sync-wrong-setting", at: "paired", path: "/sync", act: refusedPort },
  { name: "sync-renaming", at: "paired", path: "/sync", act: press("Rename attic") },
  { name: "sync-pairing", at: "paired", path: "/sync", act: press("Pair a device") },
  { name: "sync-removal", at: "paired", path: "/sync", act: press("Remove laptop") },
  {
    name: "sync-wrong-command",
    at: "fresh",
    path: "/sync",
    async act(page) {
      await page.getByRole("textbox").last().fill("codemem sync pair --accept 'cm1.short'");
      await page.getByRole("button", { name: "Pair", exact: true }).click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  {
    name: "lost",
    at: "paired",
    path: "/sync",
    async act(page) {
      await page.context().setOffline(true);
      await page.getByText("codemem does not answer").first().waitFor();
    },
  },
  { name: "no-page", at: "paired", path: "/nothing" },
  { name: "no-page-without-script", at: "paired", path: "/nothing", javaScript: false },
  { name: "wrong-address", at: "paired", path: "/?before=yesterday" },
];

/** Where a scene is. */
export function sceneUrl(stage: Stage, { at, path }: Scene): string {
  const target = typeof path === "string" ? path : path(stage);
  return `http://127.0.0.1:${stage[at].settings.viewerPort}${target}`;
}

/** Opens a scene. The page is to be closed by who has opened it. */
export async function openScene(
  browser: TestBrowser,
  stage: Stage,
  { scene, look }: { readonly scene: Scene; readonly look: Look },
): Promise<Page> {
  const { act, javaScript = true } = scene;
  const page = await browser.open(sceneUrl(stage, scene), { ...look, javaScript });
  await act?.(page);
  return page;
}
