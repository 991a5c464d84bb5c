/** Reading on in a long feed in a real browser: its last part against its first. */
import type { CDPSession, Page } from "playwright-core";
import { HAS_CHROMIUM, TestBrowser } from "../support/viewer/browser.ts";
import { type Bench, serve } from "./devices.ts";
import { compared, type Figure, plain } from "./figure.ts";

/** Of the whole list, the part of which tasks are looked at, at its beginning and at its end. */
const SHARE = 0.1;
/** What one request reads. */
const PAGE_ROWS = 50;

/** An event of a trace, as the browser tells it. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Time of the processor, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * Measures the longest task of the page by the time of the processor: where other programs want it too,
 * the clock tells how long the page was kept waiting.
 */
export async function* scroll({ full, memories }: Bench): AsyncGenerator<Figure> {
  if (!HAS_CHROMIUM) {
    return yield plain("scroll_longest_task", 0, "ms", "not measured: no Chromium");
  }
  await using _serve = await serve(full);
  const { viewer_port: port } = JSON.parse(await Deno.readTextFile(full.path("config.json")));
  await using browser = await TestBrowser.start();
  const page = await browser.open(`http://127.0.0.1:${port}/`);
  const cdp = await page.context().newCDPSession(page);
  const part = Math.round(memories * SHARE);
  const first = await traced(cdp, () => readOn(page, part));
  await readOn(page, memories - part);
  const last = await traced(cdp, () => readOn(page, memories));
  yield compared({
    figure: "scroll_longest_task",
    value: longestMs(last),
    unit: "ms",
    limit: longestMs(first),
    goal: { atMost: 2 },
    how: `time of the processor, in the last ${SHARE * 100} % of the feed; limit: in the first`,
    memories,
  });
}

/** Scrolls to the end of what there is, again and again, until so many rows have been read. */
async function readOn(page: Page, rows: number): Promise<void> {
  await page.evaluate(async ({ rows, pageRows }) => {
    const nextFrame = () => new Promise(requestAnimationFrame);
    for (let seen = 0; seen < rows && document.querySelector(".read-on") !== null;) {
      scrollTo({ top: document.documentElement.scrollHeight });
      await nextFrame();
      seen = document.querySelectorAll(".feed > ol").length * pageRows;
    }
  }, { rows, pageRows: PAGE_ROWS });
}

async function traced(cdp: CDPSession, work: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const take = ({ value }: { value: unknown[] }) => void events.push(...value as TraceEvent[]);
  cdp.on("Tracing.dataCollected", take);
  await cdp.send("Tracing.start", { categories: "toplevel", transferMode: "ReportEvents" });
  await work();
  const ended = new Promise<void>((resolve) =>
    cdp.once("Tracing.tracingComplete", () => resolve())
  );
  await cdp.send("Tracing.end");
  await ended;
  cdp.off("Tracing.dataCollected", take);
  return events;
}

/** Of the thread that scripts, styles and layout share. */
function longestMs(events: readonly TraceEvent[]): number {
  const threads = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, ph, pid, tid }) =>
    ph === "X" && name.endsWith("RunTask") && threads.has(`${pid} ${tid}`)
  );
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1_000;
}
