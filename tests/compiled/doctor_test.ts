/** The compiled file gives up permissions early, and /proc is read by a process alone that has them all. */
import { assertEquals, assertMatch } from "@std/assert";
import { compiledProgram } from "../support/devices/compiled.ts";
import { freePort } from "../support/system/free_port.ts";
import { Home } from "../support/devices/home.ts";
import { skipUnless } from "../support/skip.ts";

const program = await compiledProgram();

Deno.test(
  skipUnless(
    Deno.build.os === "linux",
    "needs Linux",
    "the compiled file knows who holds its port, and the file system of its database",
    { os: "linux" },
  ),
  async () => {
    await using home = await Home.make({ program: [program] });
    const viewerPort = freePort();
    await home.text("config", "set", "viewer_port", String(viewerPort));
    using _taken = Deno.listen({ hostname: "127.0.0.1", port: viewerPort });
    await home.text("sync", "enable");
    const { code, stdout } = await home.run(["sync", "doctor"]);
    assertEquals(code, 1, stdout);
    assertMatch(stdout, new RegExp(`port ${viewerPort} is held by \\S+ \\(pid ${Deno.pid}\\)`));
    assertMatch(stdout, /file system: the database is on a local disk \(\w+\)/);
  },
);
