import { assertEquals, assertStringIncludes } from "@std/assert";
import { CodememError, toCodememError } from "../errors.ts";
import { decodeRefusal, encodeRefusal } from "./refusal.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function roundTrip(error: CodememError): CodememError {
  const { status, body } = encodeRefusal(error);
  return decodeRefusal(status, bytesOf(body));
}

Deno.test("a refusal arrives with its code, its words and the time of the one who refused", () => {
  const skew = new CodememError("clock_skew", "The clocks differ", {
    hint: "Set the clock",
    details: { server_time: "2026-01-02T03:04:05.678Z", secret: "s3cret" },
  });
  const { status, body } = encodeRefusal(skew);
  assertEquals(status, 401);
  assertEquals(JSON.parse(body), {
    error: "clock_skew",
    message: "The clocks differ",
    hint: "Set the clock",
    server_time: "2026-01-02T03:04:05.678Z",
  });
  const { code, message, hint, details } = roundTrip(skew);
  assertEquals({ code, message, hint, details }, {
    code: "clock_skew",
    message: "The clocks differ",
    hint: "Set the clock",
    details: { server_time: "2026-01-02T03:04:05.678Z" },
  });
});

Deno.test("a refusal shows a device its own word, and passes on nothing that is none", () => {
  const word = `0.3.${"a".repeat(16)}/0123456789abcdef.7/${"A".repeat(86)}`;
  const forked = (known_life: unknown) =>
    new CodememError("device_forked", "An older copy", { details: { known_life } });
  assertEquals(roundTrip(forked(word)).details, { known_life: word });
  for (const none of ["s3cret", 7, null]) assertEquals(roundTrip(forked(none)).details, {});
});

Deno.test("a refusal without a hint has none", () => {
  const { body } = encodeRefusal(new CodememError("unknown_peer", "Not known here"));
  assertEquals(JSON.parse(body), { error: "unknown_peer", message: "Not known here" });
});

const own: readonly (readonly [CodememError, number, string])[] = [
  [toCodememError(new Error("at /home/ann/secret.ts")), 500, "internal"],
  [new CodememError("io_failed", "Cannot open /home/ann/secret.db"), 500, "internal"],
  [new CodememError("database_corrupt", "/home/ann/secret.db is damaged"), 500, "internal"],
  [new CodememError("database_busy", "/home/ann/secret.db is locked"), 503, "busy"],
];

for (const [error, status, code] of own) {
  Deno.test(`a caller learns nothing of the device's own affairs from ${error.code}`, () => {
    const refusal = encodeRefusal(error);
    assertEquals(refusal.status, status);
    assertEquals(JSON.parse(refusal.body).error, code);
    assertEquals(/secret|home/.test(refusal.body), false);
    assertEquals(decodeRefusal(status, bytesOf(refusal.body)).consequence, "passing");
  });
}

const nearest: readonly (readonly [number, string])[] = [
  [400, "invalid_request"],
  [401, "invalid_signature"],
  [403, "unknown_peer"],
  [404, "not_found"],
  [409, "invalid_request"],
  [413, "too_large"],
  [426, "unsupported_protocol"],
  [429, "too_many_requests"],
  [500, "invalid_response"],
  [503, "busy"],
  [302, "invalid_response"],
];

for (const [status, code] of nearest) {
  Deno.test(`an unknown code with status ${status} is taken for ${code}`, () => {
    for (const unknown of ["from_the_future", "toString", "key_damaged"]) {
      const body = bytesOf(JSON.stringify({ error: unknown, message: "No" }));
      assertEquals(decodeRefusal(status, body).code, code);
    }
    const bare = decodeRefusal(status, bytesOf('{"error":"from_the_future"}'));
    assertStringIncludes(bare.message, `from_the_future (status ${status})`);
  });
}

for (const text of ["<html>502</html>", "", "[]", "{}", '{"error":5}', "null"]) {
  Deno.test(`the body ${JSON.stringify(text)} comes from something between the devices`, () => {
    const error = decodeRefusal(502, bytesOf(text));
    assertEquals(error.code, "invalid_response");
    assertStringIncludes(error.message, "502");
    assertStringIncludes(error.hint!, "proxy");
  });
}

Deno.test("a peer's words are one line without controls, of bounded length", () => {
  const message = "a\u001b[2J\n\u202eb\ud800" + "x".repeat(1_000);
  const body = bytesOf(JSON.stringify({ error: "busy", message, hint: "\n", server_time: "soon" }));
  const error = decodeRefusal(503, body);
  assertStringIncludes(error.message, "a [2J b");
  assertEquals(error.message.length, 300);
  assertEquals(error.hint, undefined);
  assertEquals(error.details, {});
});
