import { assertEquals } from "@std/assert";
import { isUuid } from "./uuid.ts";

Deno.test("a whole UUID is one, and no part or other spelling of it", () => {
  const id = "cc36aee5-46bd-4bbc-a8ce-74affef2c16a";
  assertEquals(isUuid(id), true);
  for (const other of ["", "local", id.slice(1), `${id}0`, id.toUpperCase(), `${id}\n`]) {
    assertEquals(isUuid(other), false, other);
  }
});
