import { assert } from "@std/assert";
import type { KnownMemoryJson } from "../../../lib/model/memory_json.ts";
import { isSameVersion } from "./draft.ts";

Deno.test("changes that two devices have made apart from each other are two versions", () => {
  const clock = { rev: 2, updated_at: "2026-01-05T12:00:00.000Z", device_id: "a" };
  const version = (other: Partial<KnownMemoryJson>) => ({ ...clock, ...other }) as KnownMemoryJson;
  assert(isSameVersion(version({}), version({ title: "shown otherwise" })));
  for (
    const other of [{ rev: 3 }, { updated_at: "2026-01-05T12:00:00.001Z" }, { device_id: "b" }]
  ) {
    assert(!isSameVersion(version({}), version(other)), JSON.stringify(other));
  }
});
