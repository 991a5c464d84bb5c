import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { CodememError } from "../errors.ts";
import { ByteSource, ConnectionEnded } from "./byte_source.ts";
import type { BodyFraming } from "./http_fields.ts";
import { MessageBody } from "./message_body.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (body: Uint8Array) => String.fromCharCode(...body);

function sourceOf(parts: Uint8Array[]): ByteSource {
  const left = [...parts];
  return new ByteSource(() => Promise.resolve(left.shift() ?? null));
}

function bodyOf(source: ByteSource, framing: BodyFraming, maxBytes = 1_000): MessageBody {
  return new MessageBody(source, framing, {
    maxBytes,
    tooLarge: () => new CodememError("too_large", "too large"),
    malformed: () => new CodememError("invalid_request", "malformed"),
  });
}

/** Cuts a text at random places, as a network does. */
const cuts = (whole: string) =>
  fc.array(fc.nat(whole.length), { maxLength: 8 }).map((places) => {
    const ends = [...places, whole.length].sort((a, b) => a - b);
    return ends.map((end, at) => bytes(whole.slice(at === 0 ? 0 : ends[at - 1], end)))
      .filter((part) => part.length > 0);
  });

Deno.test("a body ends where its framing says, however it arrives", async () => {
  const cases: [string, BodyFraming, string][] = [
    ["hello worldNEXT", { kind: "length", bytes: 11 }, "hello world"],
    ["5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nNEXT", { kind: "chunked" }, "hello world"],
    ["NEXT", { kind: "none" }, ""],
  ];
  for (const [wire, framing, expected] of cases) {
    await fc.assert(fc.asyncProperty(cuts(wire), async (parts) => {
      const source = sourceOf(parts);
      const body = bodyOf(source, framing);
      assertEquals(text(await body.readAll()), expected);
      assertEquals(body.done, true);
      assertEquals(await source.takeUntil("T", 10), "NEX");
    }));
  }
});

Deno.test("malformed chunks are refused", async () => {
  const wires = [
    "x\r\n",
    "-1\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5;ext=1\r\nhello\r\n0\r\n\r\n",
    "5\nhello\n0\n\n",
    "5\r\nhelloX\r\n0\r\n\r\n",
    "0\r\ntrailer: x\r\n\r\n",
    "fffffffff\r\n",
  ];
  for (const wire of wires) {
    const body = bodyOf(sourceOf([bytes(wire)]), { kind: "chunked" });
    const error = await assertRejects(() => body.readAll(), CodememError);
    assertEquals(error.code, "invalid_request", wire);
  }
});

Deno.test("a body over the limit is refused before it is taken", async () => {
  const chunked = bodyOf(sourceOf([bytes("ff\r\n")]), { kind: "chunked" }, 254);
  assertEquals((await assertRejects(() => chunked.readAll(), CodememError)).code, "too_large");
  const many = bodyOf(sourceOf([bytes("1\r\na\r\n".repeat(9))]), { kind: "chunked" }, 8);
  assertEquals((await assertRejects(() => many.readAll(), CodememError)).code, "too_large");
  const exact = bodyOf(sourceOf([bytes("abc")]), { kind: "length", bytes: 3 }, 3);
  assertEquals(text(await exact.readAll()), "abc");
});

Deno.test("a body that is cut off is an error, never a shorter body", async () => {
  const whole = "5\r\nhello\r\n0\r\n\r\n";
  for (let length = 1; length < whole.length; length++) {
    const body = bodyOf(sourceOf([bytes(whole.slice(0, length))]), { kind: "chunked" });
    const error = await assertRejects(() => body.readAll(), Error);
    const isOurs = error instanceof ConnectionEnded || error instanceof CodememError;
    assertEquals(isOurs, true, whole.slice(0, length));
  }
});
