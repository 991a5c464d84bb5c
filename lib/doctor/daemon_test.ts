import { assertEquals, assertMatch } from "@std/assert";
import { judgeDaemon, judgeListener, judgeSync } from "./daemon.ts";

const FACTS = {
  pid: 42,
  version: "1.0.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  viewer: { host: "127.0.0.1", port: 38_888 },
  listeners: [],
  mdns: { enabled: false, active: false, error: null },
  fault: null,
  syncError: null,
  fingerprint: null,
  asService: false,
};

Deno.test("the daemon is judged by its lock and by what it says of itself", () => {
  const running = { isLocked: true, facts: FACTS };
  const stopped = { isLocked: false, facts: undefined };
  for (
    const [sight, isSyncEnabled, version, outcome, detail] of [
      [running, true, "1.0.0", "ok", /runs, pid 42, version 1\.0\.0$/],
      [running, true, "1.1.0", "warning", /version 1\.0\.0; this program is 1\.1\.0/],
      [stopped, true, "1.0.0", "warning", /is not running: other devices cannot reach/],
      [stopped, false, "1.0.0", "skipped", /is not running/],
      [{ ...running, facts: undefined }, true, "1.0.0", "warning", /holds the lock/],
      [
        {
          ...running,
          facts: { ...FACTS, fault: { message: "It broke", at: "2026-01-02T00:00:00.000Z" } },
        },
        true,
        "1.0.0",
        "ok",
        /last fault, at 2026-01-02T00:00:00\.000Z: It broke/,
      ],
      [
        {
          ...running,
          facts: {
            ...FACTS,
            syncError: { code: "port_in_use", message: "The port is in use", hint: null },
          },
        },
        true,
        "1.0.0",
        "failed",
        /without sync: The port is in use/,
      ],
    ] as const
  ) {
    const judgement = judgeDaemon(sight, { isSyncEnabled, version });
    assertEquals(judgement.outcome, outcome, judgement.detail);
    assertMatch(judgement.detail, detail);
  }
});

Deno.test("a listener that does not listen has failed, sync that is off is a warning", () => {
  const listener = { address: "::", port: 7_337, listening: true, error: null, hint: null };
  assertEquals(judgeListener(listener).outcome, "ok");
  const silent = judgeListener({ ...listener, listening: false, error: "no such address" });
  assertEquals(silent.outcome, "failed");
  assertMatch(silent.detail, /port 7337: no such address/);
  assertEquals([judgeSync(true).outcome, judgeSync(false).outcome], ["ok", "warning"]);
});
