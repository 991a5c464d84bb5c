/** Showing a page to the person at this machine. */
import type { Environment } from "../../config/paths.ts";
import { within } from "../../time/within.ts";

/** What became of it. */
export type Opened =
  | "opened"
  /** There is nothing here to show a page on, as over SSH. */
  | "no_display"
  /** There is no browser, or none that could be opened. */
  | "no_browser";

/** A program that cannot open a page says so soon; one that is the browser itself goes on. */
const SETTLE_MS = 1_500;

/**
 * Opens an address in the browser that the person uses.
 *
 * @param url begins with a scheme, so that no program takes it for an option
 * @param env of this process; on Linux it names the display
 */
export async function openInBrowser(url: string, env: Environment): Promise<Opened> {
  const isMac = Deno.build.os === "darwin";
  if (!isMac && !env.DISPLAY && !env.WAYLAND_DISPLAY) return "no_display";
  try {
    const child = new Deno.Command(isMac ? "open" : "xdg-open", {
      args: [url],
      // The browser may be that program's child, and outlives this one and its terminal.
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
    const status = await within(SETTLE_MS, child.status);
    return status === undefined || status.success ? "opened" : "no_browser";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "no_browser";
    throw error;
  }
}
