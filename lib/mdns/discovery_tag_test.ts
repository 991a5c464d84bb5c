import { assertEquals, assertNotEquals } from "@std/assert";
import { discoveryTag, EPOCH_MS, epochOf } from "./discovery_tag.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, at) => at);

Deno.test("a tag is what any implementation makes of a key and an epoch", () => {
  // printf 'codemem-mdns-3\n2937312' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
  assertEquals(discoveryTag(KEY, 2_937_312), "-ElcO-1uzEkf22ZVgbAY8w");
});

Deno.test("tags of other epochs and other devices differ", () => {
  assertNotEquals(discoveryTag(KEY, 1), discoveryTag(KEY, 2));
  assertNotEquals(discoveryTag(KEY, 1), discoveryTag(KEY.toReversed(), 1));
});

Deno.test("an epoch is ten minutes long, and the same for everybody", () => {
  assertEquals(EPOCH_MS, 600_000);
  const cases = [[0, 0], [599_999, 0], [600_000, 1], [Date.UTC(2026, 0, 1), 2_945_376]] as const;
  for (const [nowMs, epoch] of cases) assertEquals(epochOf(nowMs), epoch, String(nowMs));
});
