/** What axe-core finds wrong with a page. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** The rules of WCAG 2.2 A and AA, and axe's own good practices. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Checks a page as it is now. @returns a line for each element that axe objects to */
export async function violations(page: Page): Promise<string[]> {
  // It is half a megabyte, and stays in a page.
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
  const found = await page.evaluate(
    (rules) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: { type: "tag", values: rules },
        resultTypes: ["violations"],
        // Style sheets would be fetched for a rule that is not among these.
        preload: false,
      }),
    RULES,
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) =>
      `${id}: ${html.slice(0, 160)} ${failureSummary.split("\n")[1]?.trim() ?? ""}`
    )
  );
}

/**
 * Has a page come as a browser without script shows it, though scripts run: without its own script,
 * with what stands in `noscript`, and in the styles for it. Where no script runs, axe could not either.
 */
export async function withoutItsScript(page: Page): Promise<void> {
  await page.route("**/*", async (route) => {
    const response = await route.fetch();
    const body = (await response.text())
      .replace(/<script type="module".*?<\/script>/, "")
      .replaceAll(/<(\/?)noscript>/g, "<$1div>")
      .replaceAll("(scripting: none)", "all");
    await route.fulfill({ response, body });
  });
}
