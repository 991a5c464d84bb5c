import { assertEquals } from "@std/assert";
import { openStore } from "../../lib/store/store.ts";
import { freePort } from "../support/system/free_port.ts";
import { Home } from "../support/devices/home.ts";

Deno.test("a running serve keeps its database while commands come and go", async () => {
  await using home = await Home.make();
  await using serve = await home.start(["serve", "--json"], /viewer/, {
    env: { CODEMEM_VIEWER_PORT: String(freePort()) },
  });
  const database = home.path("codemem.db");
  for (let round = 0; round < 3; round++) {
    await home.text("remember", `memory ${round}`);
    await home.text("config", "set", "sync_interval_s", String(100 + round));
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    assertEquals(holdsLock(serve.pid, database), true, "SQLite's lock is gone");
  }
  const store = openStore({ path: database });
  assertEquals(store.stats().digest.live, 3);
  store.close();
});

/** Whether the process holds a lock on the file, as the kernel tells (proc(5)). */
function holdsLock(pid: number, path: string): boolean {
  if (Deno.build.os !== "linux") return true;
  const { ino } = Deno.statSync(path);
  return Deno.readTextFileSync("/proc/locks").split("\n")
    .some((line) => line.includes(` ${pid} `) && line.includes(`:${ino} `));
}
