import { assertEquals } from "@std/assert";
import { shouldEndSlice, SLICE_MS, SLICE_ROWS } from "./slices.ts";

Deno.test("a slice ends with its rows or shortly before its time, whichever is first", () => {
  assertEquals(shouldEndSlice({ rows: 1, elapsedMs: 0 }), false);
  assertEquals(shouldEndSlice({ rows: SLICE_ROWS - 1, elapsedMs: 0 }), false);
  assertEquals(shouldEndSlice({ rows: SLICE_ROWS, elapsedMs: 0 }), true);
  assertEquals(shouldEndSlice({ rows: 1, elapsedMs: SLICE_MS / 2 }), false);
  assertEquals(shouldEndSlice({ rows: 1, elapsedMs: SLICE_MS }), true);
  assertEquals(shouldEndSlice({ rows: 1, elapsedMs: SLICE_MS - 1 }), true);
});

Deno.test("a clock that is set back during a slice does not make it endless", () => {
  assertEquals(shouldEndSlice({ rows: 1, elapsedMs: -60_000 }), false);
  assertEquals(shouldEndSlice({ rows: SLICE_ROWS, elapsedMs: -60_000 }), true);
});
