import { assertEquals } from "@std/assert";
import { nearest } from "./nearest.ts";

const NAMES = ["remember", "recent", "search", "show", "sync_port", "sync_bind"];

Deno.test("one mistake in a name is recognised", () => {
  for (
    const [typed, meant] of [
      ["rember", "remember"],
      ["serach", "search"],
      ["sho", "show"],
      ["Recent", "recent"],
      ["sync_prot", "sync_port"],
    ] as const
  ) assertEquals(nearest(typed, NAMES), meant, typed);
});

Deno.test("a name that is like no other is left alone", () => {
  for (const typed of ["x", "", "frobnicate", "sync_interval"]) {
    assertEquals(nearest(typed, NAMES), undefined, typed);
  }
});

Deno.test("the name itself is nearest to itself", () => {
  for (const name of NAMES) assertEquals(nearest(name, NAMES), name);
});
