import { assert, assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import type { Life, SignedLife } from "../model/life.ts";
import { isNormalTarget } from "../net/http_head.ts";
import { type CallerStanding, parseStatusQuery, statusTarget } from "./status_query.ts";

const signed = (life: Life): SignedLife => ({ life, head: "h.1", signature: "A".repeat(86) });

const STANDING: CallerStanding = {
  holding: {
    digest: { live: 24_378, tombstones: 12, sum: 255n },
    head: "0123456789abcdef.42",
  },
  discoveryKey: new Uint8Array(32).fill(255),
  life: signed({ restoredMs: 0, n: 4, nonce: "0123456789abcdef" }),
  knownLife: signed({ restoredMs: 1_766_400_000_000, n: 7, nonce: "fedcba9876543210" }),
  knownHead: "fedcba9876543210.7",
  forked: true,
};

/** Who tells none of it. */
const NOTHING: CallerStanding = {
  ...{ holding: undefined, discoveryKey: undefined, life: undefined, knownLife: undefined },
  ...{ knownHead: undefined, forked: undefined },
};

function parsed(target: string): CallerStanding {
  return parseStatusQuery(new URL(target, "https://localhost").searchParams);
}

for (
  const [what, standing] of Object.entries({
    everything: STANDING,
    "what it holds": { ...NOTHING, holding: STANDING.holding },
    "its discovery key": { ...NOTHING, discoveryKey: STANDING.discoveryKey },
    "its life": { ...NOTHING, life: STANDING.life },
    nothing: NOTHING,
  })
) {
  Deno.test(`a caller that tells ${what} is understood`, () => {
    const target = statusTarget(standing);
    assert(isNormalTarget(target), target);
    assertEquals(parsed(target), standing);
  });
}

Deno.test("who tells nothing asks for the plain status", () => {
  assertEquals(statusTarget({}), "/v1/status");
});

Deno.test("parameters of a newer version are passed over", () => {
  assertEquals(parsed(`${statusTarget(STANDING)}&mood=fine`), STANDING);
});

const whole = new URLSearchParams(statusTarget(STANDING).split("?")[1]);
const wrong: Readonly<Record<string, readonly (string | null)[]>> = {
  live: ["-1", "", "1.5", "x", "1e3", null],
  tombstones: ["-1", "", null],
  digest: ["f", "F".repeat(64), null],
  head: ["", "a b", null],
  discovery_key: ["", "AQ", "A".repeat(44)],
  life: ["", "4", "0.1.0123456789abcdef"],
  known_life: ["", "0.4.0123"],
  known_head: ["", "a b"],
  forked: ["", "0", "true"],
};

for (const [name, values] of Object.entries(wrong)) {
  Deno.test(`a wrong ${name} is refused by its name`, () => {
    for (const value of values) {
      const query = new URLSearchParams(whole);
      if (value === null) query.delete(name);
      else query.set(name, value);
      const error = assertThrows(() => parseStatusQuery(query), CodememError, name);
      assertEquals(error.code, "invalid_request");
    }
    const twice = new URLSearchParams(whole);
    twice.append(name, whole.get(name)!);
    assertThrows(() => parseStatusQuery(twice), CodememError, "given once");
  });
}
