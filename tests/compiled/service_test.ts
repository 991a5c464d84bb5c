/** The compiled program as a service: it has given up its rights when it tells that it is ready. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import type { StartedJson } from "../support/devices/background.ts";
import { compiledProgram } from "../support/devices/compiled.ts";
import { skipUnless } from "../support/skip.ts";
import { SyncHome } from "../support/devices/sync_home.ts";
import { canRunUserManager, UserManager } from "../support/system/user_manager.ts";

Deno.test(
  skipUnless(
    await canRunUserManager(),
    "needs root and systemd",
    "the compiled program is installed, started again after a crash, and stopped",
  ),
  async () => {
    await using manager = await UserManager.start();
    const program = [await compiledProgram()];
    await using home = await SyncHome.named("home", { env: manager.env, program });
    const { code, stdout, stderr } = await home.run(["sync", "install", "--json"]);
    assertEquals(code, 0, stderr);
    // It has nothing to warn of.
    assertEquals(stderr, "");
    const { name, pid } = JSON.parse(stdout) as StartedJson & { readonly name: string };
    assertEquals(await manager.property(name, "MainPID"), String(pid));
    assertStringIncludes(await manager.property(name, "StatusText"), "sync on 1 address");
    Deno.kill(pid, "SIGKILL");
    const isRestarted = async () => await manager.property(name, "NRestarts") === "1";
    await eventually("it is started again", isRestarted);
    const again = await home.json<StartedJson>("sync", "start");
    assertEquals(again.listeners[0]?.listening, true);
    await home.text("sync", "stop");
    assertEquals(await manager.property(name, "Result"), "success");
    assertEquals(await home.json("sync", "uninstall"), { installed: false, removed: true });
  },
);
