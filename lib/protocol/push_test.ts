import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { MAX_PAGE_OPS } from "./limits.ts";
import {
  decodePushBody,
  decodePushResult,
  encodePushBody,
  encodePushResult,
  type PushResult,
} from "./push.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("pushed ops arrive one by one, whatever they are", () => {
  assertEquals([...decodePushBody(encodePushBody([]))], []);
  const ops = decodePushBody(encodePushBody(['{"a":"€"}', "null"]));
  assertEquals([...ops], [{ a: "\u20ac" }, null]);
});

for (const text of ["", "<html>", "[]", "{}", '{"ops":{}}', '{"ops":null}', "[".repeat(100_000)]) {
  Deno.test(`the body ${JSON.stringify(text.slice(0, 20))} holds no ops`, () => {
    const error = assertThrows(() => decodePushBody(bytesOf(text)), CodememError);
    assertEquals(error.code, "invalid_ops");
  });
}

Deno.test("too many ops at a time are refused before any of them is read", () => {
  const ops = Array(MAX_PAGE_OPS).fill("1");
  assertEquals(decodePushBody(encodePushBody(ops)).length, MAX_PAGE_OPS);
  const error = assertThrows(() => decodePushBody(encodePushBody([...ops, "1"])), CodememError);
  assertEquals(error.code, "too_large");
});

const result: PushResult = {
  applied: 3,
  stale: 2,
  duplicate: 1,
  quarantined: [{ opId: "op-1", reason: "invalid_clock" }],
  live: 7,
  digest: "ab".repeat(32),
};
const json = JSON.parse(encodePushResult(result));

Deno.test("the answer to a push comes back as it was", () => {
  assertEquals(json.quarantined, [{ op_id: "op-1", reason: "invalid_clock" }]);
  assertEquals(decodePushResult(bytesOf(JSON.stringify({ ...json, mood: 1 }))), result);
});

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  applied: [-1, 1.5, "3", null],
  stale: [-1, null],
  duplicate: [-1, null],
  live: [-1, null],
  digest: ["", "AB".repeat(32), 5],
  quarantined: [null, {}, [null], [{ op_id: "a" }], [{ op_id: "", reason: "x" }], [
    { op_id: "a", reason: "two words" },
  ]],
};

for (const [member, values] of Object.entries(wrong)) {
  Deno.test(`an answer to a push with a wrong ${member} is refused by its name`, () => {
    for (const value of [...values, undefined]) {
      const error = assertThrows(
        () => decodePushResult(bytesOf(JSON.stringify({ ...json, [member]: value }))),
        CodememError,
        `${member} is missing or wrong`,
      );
      assertEquals(error.code, "invalid_response");
    }
  });
}
