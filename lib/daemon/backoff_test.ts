import { assert, assertEquals } from "@std/assert";
import type { Consequence } from "../errors.ts";
import { backoffMs, MAX_BACKOFF_MS } from "./backoff.ts";

const CONSEQUENCES: Consequence[] = ["offline", "passing", "broken", "untrusted", "incompatible"];
/** The greatest chance there is. */
const ALMOST_ONE = 1 - 2 ** -53;

for (const consequence of CONSEQUENCES) {
  Deno.test(`after failures of kind ${consequence} the wait grows to half an hour and no further`, () => {
    let last = 0;
    for (let failures = 1; failures <= 2_000; failures++) {
      const waitMs = backoffMs(consequence, failures, ALMOST_ONE);
      assert(waitMs >= last && waitMs <= MAX_BACKOFF_MS, `${failures}: ${waitMs}`);
      last = waitMs;
    }
    assert(last > MAX_BACKOFF_MS * 0.999);
  });
}

Deno.test("chance moves an attempt within the second half of the wait", () => {
  const [least, most] = [backoffMs("offline", 3, 0), backoffMs("offline", 3, ALMOST_ONE)];
  assertEquals(least, 16_000);
  assert(most > 31_999 && most <= 32_000);
});

Deno.test("who is only away is tried again soon, what a person has to mend is not", () => {
  const first = (consequence: Consequence) => backoffMs(consequence, 1, 0);
  assert(first("offline") < first("passing"));
  assert(first("passing") < first("broken"));
  assert(first("broken") < first("untrusted"));
  assert(first("untrusted") < first("incompatible"));
});
