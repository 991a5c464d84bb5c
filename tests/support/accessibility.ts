/** What axe-core finds wrong with a page. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Checks a page as it is now. @returns a line for each violation */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ["violations"],
    })
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
