import { assertEquals } from "@std/assert";
import { LogWatch } from "./log_watch.ts";

/** A watch over a log that is only a number, under a clock that is only another one. */
function newWatch() {
  const state = { head: 5, nowMs: 0, left: [] as string[] };
  const watch = new LogWatch({
    head: () => state.head,
    onLeft: (peer) => state.left.push(peer),
    monotonicMs: () => state.nowMs,
  });
  const hangUp = new AbortController();
  const wait = (after = 5, timeoutMs = 10_000) =>
    watch.wait({ peerDeviceId: "bob", after, timeoutMs, signal: hangUp.signal });
  return { state, watch, wait, hangUp };
}

Deno.test("who has not seen all of the log does not wait", async () => {
  const { wait } = newWatch();
  assertEquals(await wait(4), true);
});

Deno.test("who waits is woken when the log may have grown", async () => {
  const { watch, wait } = newWatch();
  const waiting = wait();
  assertEquals(watch.isWaiting("bob"), true);
  watch.notify();
  assertEquals(await waiting, true);
});

Deno.test("who waits in vain is told so, and counts as waiting until it can be back", async () => {
  const { state, watch, wait } = newWatch();
  assertEquals(await wait(5, 1), false);
  assertEquals([watch.isWaiting("bob"), watch.isWaiting("carol")], [true, false]);
  state.nowMs += 2_001;
  assertEquals(watch.isWaiting("bob"), false);
  assertEquals(state.left, []);
});

Deno.test("who hangs up has left at once", async () => {
  const { state, watch, wait, hangUp } = newWatch();
  const waiting = wait();
  hangUp.abort();
  assertEquals(await waiting, false);
  assertEquals([watch.isWaiting("bob"), state.left], [false, ["bob"]]);
});

Deno.test("a watch that is closed answers all who wait, and keeps nobody waiting any more", async () => {
  const { watch, wait } = newWatch();
  const waiting = wait();
  watch.close();
  assertEquals([await waiting, await wait()], [false, false]);
});
