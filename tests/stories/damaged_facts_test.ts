import { assertEquals, assertMatch } from "@std/assert";
import { acquireLock } from "../../lib/daemon/lock.ts";
import { SyncHome } from "../support/devices/sync_home.ts";

interface StatusJson {
  readonly daemon: { readonly state: string; readonly pid: number | null };
}

Deno.test("a device that runs, but whose facts cannot be read, is not said to be stopped", async () => {
  await using home = await SyncHome.named("alice");
  const before = await home.json<StatusJson>("sync", "status");
  assertEquals(before.daemon.state, "stopped");
  const lock = await acquireLock(home.path("daemon.lock"));
  await Deno.writeTextFile(home.path("daemon.json"), '{"pid":12');
  const { daemon } = await home.json<StatusJson>("sync", "status");
  assertEquals([daemon.state, daemon.pid], ["unreadable", Deno.pid]);
  assertMatch(
    await home.text("sync", "status"),
    /^serve +running, pid \d+, but its state cannot be read/m,
  );
  const { code, stderr } = await home.run(["sync", "move-key", "file"]);
  assertEquals([code, /is running/.test(stderr)], [1, true], stderr);
  const pair = await home.run(["sync", "pair", "--json"]);
  assertEquals([pair.code, pair.stdout], [1, ""], "an invitation that nobody can answer");
  assertMatch(pair.stderr, /"error":"busy"/);
  const enabled = await home.run(["sync", "enable"]);
  assertEquals([enabled.code, enabled.stderr], [0, ""], "it need not be started");
  lock.release();
});

Deno.test("a device that runs with facts that cannot be read can be restarted", async () => {
  await using home = await SyncHome.named("alice");
  await home.text("sync", "start");
  try {
    const { daemon: { pid } } = await home.json<StatusJson>("sync", "status");
    Deno.kill(pid!, "SIGSTOP");
    await Deno.writeTextFile(home.path("daemon.json"), "damaged");
    await home.text("sync", "restart", "--force");
  } finally {
    await home.text("sync", "stop", "--force");
  }
});
