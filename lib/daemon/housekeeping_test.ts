import { assertEquals } from "@std/assert";
import { openStore } from "../store/store.ts";
import { Housekeeper } from "./housekeeping.ts";

Deno.test("a database that takes long to write anew is written anew rarely", async () => {
  using store = trackedStore();
  let nowMs = 0;
  // Every look at the clock is a second later: a scrub takes one.
  const housekeeper = new Housekeeper(store.store, () => nowMs += 1_000);
  const { signal } = new AbortController();
  await store.forgetOne(() => housekeeper.run(signal));
  assertEquals(store.scrubs, 1);
  await store.forgetOne(() => housekeeper.run(signal));
  assertEquals(store.scrubs, 1, "it came again at once");
  nowMs += 200_000;
  await housekeeper.run(signal);
  assertEquals(store.scrubs, 2);
});

function trackedStore() {
  const store = openStore({ path: ":memory:" });
  const scrub = store.scrub.bind(store);
  const tracked = {
    store,
    scrubs: 0,
    async forgetOne(then: () => Promise<void>) {
      const { id } = store.memories.remember({ kind: "decision", title: "t", body: "b" });
      store.memories.forget([id]);
      await then();
    },
    [Symbol.dispose]: () => store.close(),
  };
  store.scrub = () => {
    tracked.scrubs++;
    return scrub();
  };
  return tracked;
}
