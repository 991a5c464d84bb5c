/** `codemem viewer`, with a stand-in for the program that opens browsers. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import type { RunOptions } from "../support/devices/home.ts";
import { type SkippableTest, skipUnless } from "../support/skip.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

/** A desk: a display, and an `xdg-open` that notes what it is asked for. */
class Desk {
  readonly #home: SyncHome;
  readonly options: RunOptions;

  private constructor(home: SyncHome, options: RunOptions) {
    this.#home = home;
    this.options = options;
  }

  /** @param ending what the stand-in does in the end */
  static async at(home: SyncHome, ending = "exit 0"): Promise<Desk> {
    const folder = home.path("bin");
    await Deno.mkdir(folder, { recursive: true });
    const script = `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >>'${home.path("asked")}'\n${ending}\n`;
    await Deno.writeTextFile(`${folder}/xdg-open`, script, { mode: 0o755 });
    const env = { PATH: `${folder}:${Deno.env.get("PATH")}`, DISPLAY: ":9" };
    return new Desk(home, { env });
  }

  /** The arguments of every call, each after their number. */
  async asked(): Promise<string[]> {
    const text = await Deno.readTextFile(this.#home.path("asked")).catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }
}

Deno.test(onLinux("the viewer of the running device is opened in the browser"), async () => {
  await using home = await SyncHome.named("studio", { enable: false });
  const desk = await Desk.at(home);
  await using _serve = await home.serve();
  const { code, stdout, stderr } = await home.run(["viewer"], desk.options);
  assertEquals([code, stdout, stderr], [0, `Opened ${home.viewer}\n`, ""]);
  assertEquals(await desk.asked(), ["1", home.viewer]);
  const answer = await home.run(["viewer", "--json"], desk.options);
  assertEquals(JSON.parse(answer.stdout), { viewer: home.viewer, opened: true });
  assertEquals((await fetch(home.viewer)).status, 200);
});

Deno.test(
  onLinux("its address is printed where it is asked for, or nothing can be opened"),
  async () => {
    await using home = await SyncHome.named("studio", { enable: false });
    const desk = await Desk.at(home);
    await using _serve = await home.serve();
    const printed = await home.run(["viewer", "--print"], desk.options);
    assertEquals([printed.code, printed.stdout, printed.stderr], [0, `${home.viewer}\n`, ""]);
    const { env } = desk.options;
    const dark = await home.run(["viewer"], { env: { ...env, DISPLAY: undefined } });
    assertEquals([dark.code, dark.stdout], [0, `${home.viewer}\n`]);
    assertStringIncludes(dark.stderr, "no display");
    assertEquals(await desk.asked(), []);
    await Deno.mkdir(home.path("nothing"));
    const bare = await home.run(["viewer"], { env: { ...env, PATH: home.path("nothing") } });
    assertEquals([bare.code, bare.stdout], [0, `${home.viewer}\n`]);
    assertStringIncludes(bare.stderr, "no browser");
  },
);

Deno.test(
  onLinux("a browser that cannot be opened is told of; one that stays is not awaited"),
  async () => {
    await using home = await SyncHome.named("studio", { enable: false });
    await using _serve = await home.serve();
    const broken = await Desk.at(home, "exit 3");
    const failed = await home.run(["viewer"], broken.options);
    assertEquals([failed.code, failed.stdout], [0, `${home.viewer}\n`]);
    assertStringIncludes(failed.stderr, "no browser");
    const pid = home.path("pid");
    const staying = await Desk.at(home, `echo $$ >'${pid}'; exec sleep 600`);
    const { stdout } = await home.run(["viewer"], { env: { ...staying.options.env } });
    assertEquals(stdout, `Opened ${home.viewer}\n`);
    const pidOfBrowser = async () => Number(await Deno.readTextFile(pid).catch(() => ""));
    await eventually("the browser has come to run", async () => await pidOfBrowser() > 0);
    Deno.kill(await pidOfBrowser(), "SIGKILL");
  },
);

Deno.test("where nothing runs this device, there is no viewer, and the hint says what to do", async () => {
  await using home = await SyncHome.named("studio", { enable: false });
  const { code, stdout, stderr } = await home.run(["viewer"]);
  assertEquals([code, stdout], [5, ""]);
  assertStringIncludes(stderr, "hint: `codemem sync start`");
});

/** The stand-in is for the program of Linux. */
function onLinux(name: string): SkippableTest {
  return skipUnless(Deno.build.os === "linux", "needs Linux", name, { os: "linux" });
}
