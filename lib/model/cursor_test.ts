import { assertEquals } from "@std/assert";
import { formatCursor, isForeignCursor, parseCursor } from "./cursor.ts";

const epoch = "0123456789abcdef";

Deno.test("a cursor is read back as it was written", () => {
  for (const seq of [0, 1, 42, Number.MAX_SAFE_INTEGER]) {
    assertEquals(parseCursor(formatCursor({ epoch, seq })), { epoch, seq });
  }
});

const refused = [
  "",
  epoch,
  `${epoch}.`,
  `.1`,
  `${epoch}.01`,
  `${epoch}.-1`,
  `${epoch}.1.5`,
  `${epoch}.1e3`,
  `${epoch}.+1`,
  ` ${epoch}.1`,
  `${epoch}.1\n`,
  `${epoch}.9007199254740992`,
  `${epoch}.99999999999999999`,
  `${epoch.toUpperCase()}.1`,
  `${epoch}0.1`,
  `${epoch.slice(1)}.1`,
  `${epoch}.\u0661`,
];

for (const text of refused) {
  Deno.test(`${JSON.stringify(text)} is no cursor`, () =>
    assertEquals(parseCursor(text), undefined));
}

Deno.test("a foreign cursor is any short visible text", () => {
  for (const text of ["a", `${epoch}.1`, "v9:~!", "x".repeat(200)]) {
    assertEquals(isForeignCursor(text), true, text);
  }
  for (const value of ["", " ", "a b", "a\n", "\u00e9", "x".repeat(201), 1, null, undefined]) {
    assertEquals(isForeignCursor(value), false, String(value));
  }
});
