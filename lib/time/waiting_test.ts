import { assert, assertEquals, assertRejects } from "@std/assert";
import { pause } from "./pause.ts";
import { poll } from "./poll.ts";
import { within } from "./within.ts";

const LONG_MS = 60_000;

// Deno's test runner fails a test that leaves a timer behind.

Deno.test("a pause takes its time, or ends with its signal", async () => {
  const startedMs = performance.now();
  await pause(20);
  assert(performance.now() - startedMs >= 19);
  const stop = new AbortController();
  const paused = pause(LONG_MS, stop.signal);
  stop.abort();
  await paused;
  await pause(LONG_MS, stop.signal);
});

Deno.test("work is waited for no longer than the time given", async () => {
  assertEquals(await within(LONG_MS, Promise.resolve("done")), "done");
  assertEquals(await within(5, new Promise(() => {})), undefined);
  await assertRejects(() => within(LONG_MS, Promise.reject(new Error("broken"))), Error, "broken");
});

Deno.test("a signal ends the waiting with its reason", async () => {
  const stop = new AbortController();
  const waiting = within(LONG_MS, new Promise(() => {}), stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => within(LONG_MS, Promise.resolve(), stop.signal), Error, "enough");
});

Deno.test("a poll looks until something is seen, the time is over, or it is called off", async () => {
  let looks = 0;
  const third = () => ++looks === 3 ? "seen" : undefined;
  assertEquals(await poll(third, { timeoutMs: LONG_MS, intervalMs: 1 }), "seen");
  assertEquals(await poll(() => undefined, { timeoutMs: 5, intervalMs: 1 }), undefined);
  const stop = new AbortController();
  const polling = poll(() => undefined, { timeoutMs: LONG_MS, signal: stop.signal });
  stop.abort();
  assertEquals(await polling, undefined);
});
