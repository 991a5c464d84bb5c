import { assertEquals } from "@std/assert";
import type { Life } from "../model/life.ts";
import { hasForked, isLaterStatement, isOlderCopy, type OwnLives } from "./lives.ts";

const EPOCH = "0123456789abcdef";
const A = "a".repeat(16);
const B = "b".repeat(16);

/** Lives 3 to 5 are remembered, each with the nonce A. */
const own = (met: Life | null): OwnLives => ({
  restoredMs: 1_000,
  head: { epoch: EPOCH, seq: 10 },
  oldest: 3,
  nonceMet: met !== null && met.n >= 3 && met.n <= 5 ? A : null,
});
const life = (n: number, nonce: string, restoredMs = 1_000): Life => ({ restoredMs, n, nonce });

const cases: readonly (readonly [string, Life | null, string | null, boolean])[] = [
  ["nothing was met", null, null, false],
  ["its newest life was met", life(5, A), null, false],
  ["an earlier life of it was met", life(3, A), null, false],
  ["a life was met that it no longer remembers", life(2, B), null, false],
  ["a later life was met", life(6, A), null, true],
  ["a life of the same number with another nonce was met", life(5, B), null, true],
  ["a life before it was restored was met", life(99, B, 999), null, false],
  ["a life of a later restore was met", life(1, A, 1_001), null, true],
  ["its log was read to the end", null, `${EPOCH}.10`, false],
  ["its log was read beyond the end", null, `${EPOCH}.11`, true],
  ["another life of its log was read", null, `${"f".repeat(16)}.11`, false],
  ["what was read is no cursor of its", null, "elsewhere", false],
  ["the log has gone back within a life", life(5, A), `${EPOCH}.11`, true],
];

for (const [what, met, head, forked] of cases) {
  Deno.test(`where ${what}, the database has ${forked ? "forked" : "not forked"}`, () => {
    assertEquals(hasForked(own(met), { life: met, head }), forked);
  });
}

Deno.test("a database without lives knows none that was met", () => {
  const fresh: OwnLives = { ...own(null), restoredMs: 0, oldest: 0 };
  assertEquals(hasForked(fresh, { life: life(1, A, 0), head: null }), true);
});

const said = (life: Life, head: string) => ({ life, head, signature: "A".repeat(86) });
const met = said(life(5, A), `${EPOCH}.10`);

const words: readonly (readonly [string, Life, string, "older copy" | "later" | "the same"])[] = [
  ["what was met", life(5, A), `${EPOCH}.10`, "the same"],
  ["more of the same life", life(5, A), `${EPOCH}.11`, "later"],
  ["less of the same life", life(5, A), `${EPOCH}.9`, "older copy"],
  ["a later life", life(6, B), `${EPOCH}.10`, "later"],
  ["a later life with less in its log", life(6, B), `${EPOCH}.9`, "older copy"],
  ["an earlier life, however long its log", life(4, A), `${EPOCH}.99`, "older copy"],
  ["another life of the same number", life(5, B), `${EPOCH}.99`, "older copy"],
  ["a later restore, with a log of its own", life(1, B, 1_001), `${"f".repeat(16)}.1`, "later"],
  ["an earlier restore", life(99, B, 999), `${EPOCH}.99`, "older copy"],
  ["a later life with a head that is no cursor of ours", life(6, B), "elsewhere", "later"],
];

for (const [what, told, head, worth] of words) {
  Deno.test(`where a device tells of ${what}, it is ${worth}`, () => {
    assertEquals(isOlderCopy(said(told, head), met), worth === "older copy");
    assertEquals(isLaterStatement(said(told, head), met), worth === "later");
  });
}
