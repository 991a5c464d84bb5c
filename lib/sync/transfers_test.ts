import { assertEquals } from "@std/assert";
import { Transfers } from "./transfers.ts";

Deno.test("one log is read at a time", async () => {
  const transfers = new Transfers();
  const order: string[] = [];
  const leaveA = await transfers.enter("a");
  const b = transfers.enter("b").then((leave) => (order.push("b"), leave));
  const c = transfers.enter("c").then((leave) => (order.push("c"), leave));
  await new Promise((resolve) => setTimeout(resolve));
  order.push("a ends");
  leaveA();
  (await b)();
  (await c)();
  assertEquals(order, ["a ends", "b", "c"]);
  assertEquals(transfers.isReceivingFromOther("d"), false);
});

Deno.test("what comes in from a peer is to come in for all others, until it has ended", async () => {
  const transfers = new Transfers();
  const leave = await transfers.enter("a");
  assertEquals([transfers.isReceivingFromOther("a"), transfers.isReceivingFromOther("b")], [
    false,
    true,
  ]);
  leave();
  assertEquals(transfers.isReceivingFromOther("b"), false);
});

Deno.test("who hands over or takes part after part is at it until it stops doing so", () => {
  let nowMs = 1_000_000;
  const transfers = new Transfers(() => nowMs);
  assertEquals([transfers.isReceivingFromOther("b"), transfers.isTaking("a")], [false, false]);
  transfers.noteHandedOver("a");
  transfers.noteTaking("a");
  assertEquals([transfers.isReceivingFromOther("a"), transfers.isReceivingFromOther("b")], [
    false,
    true,
  ]);
  assertEquals([transfers.isTaking("a"), transfers.isTaking("b")], [true, false]);
  nowMs += 10_000;
  assertEquals([transfers.isReceivingFromOther("b"), transfers.isTaking("a")], [false, false]);
});
