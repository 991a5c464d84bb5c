import { assertEquals } from "@std/assert";
import { formatLife, formatSignedLife, isLaterLife, parseLife, parseSignedLife } from "./life.ts";

const NONCE = "0123456789abcdef";

Deno.test("a life comes back from its text", () => {
  for (
    const life of [{ restoredMs: 0, n: 1, nonce: NONCE }, { restoredMs: 7, n: 12, nonce: NONCE }]
  ) {
    assertEquals(parseLife(formatLife(life)), life);
  }
});

Deno.test("what is not exactly the text of a life is none", () => {
  const texts = ["", "1", `0.0.${NONCE}`, `00.1.${NONCE}`, `0.01.${NONCE}`, `0.1.${NONCE}0`];
  const more = [
    `0.1.${NONCE.toUpperCase()}`,
    `-1.1.${NONCE}`,
    `0.9999999999999999.${NONCE}`,
    7,
    null,
  ];
  for (const text of [...texts, ...more]) assertEquals(parseLife(text), undefined, String(text));
});

Deno.test("a signed life comes back from its text, and nothing else is one", () => {
  const life = { restoredMs: 0, n: 1, nonce: NONCE };
  const signed = { life, head: `${NONCE}.42`, signature: "A".repeat(86) };
  const text = formatSignedLife(signed);
  assertEquals(parseSignedLife(text), signed);
  const foreign = { ...signed, head: "7/of/9" };
  assertEquals(parseSignedLife(formatSignedLife(foreign)), foreign);
  const texts = ["", formatLife(life), `${text}A`, text.slice(1), text.replace(".42", " 42")];
  const long = formatSignedLife({ ...signed, head: "x".repeat(201) });
  for (const other of [...texts, long, `${text}\n`, 7, null]) {
    assertEquals(parseSignedLife(other), undefined, String(other));
  }
});

Deno.test("lives are in the order of restores, then of their numbers", () => {
  const life = (restoredMs: number, n: number) => ({ restoredMs, n, nonce: NONCE });
  assertEquals(isLaterLife(life(0, 2), life(0, 1)), true);
  assertEquals(isLaterLife(life(0, 1), life(0, 1)), false);
  assertEquals(isLaterLife(life(1, 1), life(0, 9)), true);
  assertEquals(isLaterLife(life(0, 9), life(1, 1)), false);
});
