import { assertEquals, assertRejects } from "@std/assert";
import { type RaceAttempt, raceStaggered } from "./race.ts";

/** An attempt that ends when it is told to. */
function heldAttempt() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const attempt: RaceAttempt<string> = (signal) => {
    signals.push(signal);
    return promise;
  };
  return {
    attempt,
    succeed: resolve,
    fail: (reason: string) => reject(new Error(reason)),
    get hasStarted() {
      return signals.length === 1;
    },
    get isAborted() {
      return signals[0]?.aborted;
    },
  };
}

/** Races attempts so far apart that only a failure starts the next one. */
function race(
  attempts: readonly RaceAttempt<string>[],
  { staggerMs = 3_600_000, signal = new AbortController().signal, discarded = [] as string[] } = {},
) {
  return raceStaggered(attempts, { staggerMs, signal, discard: (value) => discarded.push(value) });
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("an attempt begins as soon as all before have failed", async () => {
  const [first, second, third] = [heldAttempt(), heldAttempt(), heldAttempt()];
  const result = race([first.attempt, second.attempt, third.attempt]);
  assertEquals([first.hasStarted, second.hasStarted], [true, false]);
  first.fail("refused");
  await nextTurn();
  assertEquals([second.hasStarted, third.hasStarted], [true, false]);
  second.succeed("second");
  assertEquals(await result, { value: "second" });
  assertEquals([second.isAborted, third.hasStarted], [false, false]);
});

Deno.test("the first success aborts the others, and what they bring too late is discarded", async () => {
  const [first, second] = [heldAttempt(), heldAttempt()];
  const discarded: string[] = [];
  const result = race([first.attempt, second.attempt], { staggerMs: 0, discarded });
  while (!second.hasStarted) await nextTurn();
  second.succeed("second");
  assertEquals(await result, { value: "second" });
  assertEquals([first.isAborted, second.isAborted], [true, false]);
  first.succeed("first");
  await nextTurn();
  assertEquals(discarded, ["first"]);
});

Deno.test("where all attempts fail, their errors are told; without attempts there are none", async () => {
  const [first, second] = [heldAttempt(), heldAttempt()];
  const result = race([first.attempt, second.attempt]);
  first.fail("one");
  second.fail("two");
  const { errors } = await result as { errors: readonly Error[] };
  assertEquals(errors.map(({ message }) => message), ["one", "two"]);
  assertEquals(await race([]), { errors: [] });
});

Deno.test("an abort ends the race and its attempts, and none begins after it", async () => {
  const [first, second] = [heldAttempt(), heldAttempt()];
  const controller = new AbortController();
  const { signal } = controller;
  const result = race([first.attempt, second.attempt], { signal });
  controller.abort(new Error("given up"));
  await assertRejects(() => result, Error, "given up");
  assertEquals([first.isAborted, second.hasStarted], [true, false]);
  await assertRejects(() => race([second.attempt], { signal }), Error, "given up");
  assertEquals(second.hasStarted, false);
});
