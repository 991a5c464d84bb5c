import { assertEquals, assertRejects } from "@std/assert";
import { closeAll } from "./close_all.ts";

Deno.test("every part is closed, in order, and the first failure is told", async () => {
  const closed: string[] = [];
  const close = (name: string, failure?: Error) => async () => {
    await Promise.resolve();
    closed.push(name);
    if (failure !== undefined) throw failure;
  };
  const closings = [
    close("sync"),
    close("viewer", new Error("viewer")),
    close("facts", new Error("facts")),
    close("lock"),
  ];
  await assertRejects(() => closeAll(closings), Error, "viewer");
  assertEquals(closed, ["sync", "viewer", "facts", "lock"]);
});
