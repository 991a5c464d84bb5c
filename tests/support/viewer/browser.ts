/** A real Chromium for tests, with a profile of its own. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { PATIENCE_MS } from "../eventually.ts";
import { type SkippableTest, skipUnless } from "../skip.ts";

/** Where Debian and others keep it. */
const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const EXECUTABLE = PATHS.find((path) => isFile(path));

/** Whether there is one. */
export const HAS_CHROMIUM = EXECUTABLE !== undefined;

/** Options of a test that runs where there is a browser. */
export function chromiumTest(name: string): SkippableTest {
  return skipUnless(HAS_CHROMIUM, "needs chromium", name);
}

/** What a page is to be like. */
export interface PageOptions {
  /** In CSS pixels; 1280 without it. */
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScript?: boolean;
  /** Of the person who looks; that of this machine without it. */
  readonly timeZone?: string;
}

/** A browser that ends with the test. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Starts one. */
  static async start(): Promise<TestBrowser> {
    if (EXECUTABLE === undefined) throw new Error(`There is no Chromium at ${PATHS.join(", ")}`);
    const options = { executablePath: EXECUTABLE, args: [...ARGUMENTS] };
    return new TestBrowser(await chromium.launch(options));
  }

  /** Opens an address in a window of its own. Whatever goes wrong in the page is thrown at its end. */
  async open(url: string, options: PageOptions = {}): Promise<Page> {
    const { width = 1280, height = 900, colorScheme = "light", javaScript = true, timeZone } =
      options;
    const context: BrowserContext = await this.#browser.newContext({
      viewport: { width, height },
      colorScheme,
      javaScriptEnabled: javaScript,
      ...(timeZone !== undefined && { timezoneId: timeZone }),
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** The widths, in CSS pixels, of a window on a desk and of the narrowest that pages are made for. */
const WIDTHS = [1280, 380];

/** Tests what people do, in a wide window and in a narrow one. */
export function flowTest(name: string, run: (window: { width: number }) => Promise<void>): void {
  for (const width of WIDTHS) {
    Deno.test(chromiumTest(`${name} (${width} px)`), () => run({ width }));
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
