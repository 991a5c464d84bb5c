import { assertEquals, assertRejects } from "@std/assert";
import { allEnded } from "./all_ended.ts";

Deno.test("a failure is told only when everything else has ended, too", async () => {
  const slow = Promise.withResolvers<void>();
  let isTold = false;
  const told = assertRejects(
    () => allEnded([Promise.reject(new Error("first")), slow.promise, undefined]),
    Error,
    "first",
  ).then(() => isTold = true);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(isTold, false);
  slow.resolve();
  await told;
});
