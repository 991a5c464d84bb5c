import { assert, assertEquals } from "@std/assert";
import { framesOf, toCodememError } from "./errors.ts";

/** What V8 throws quotes the text. */
function parseFailure(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

Deno.test("what could not be read is quoted by no failure", () => {
  const thrown = parseFailure("walrus says");
  assert(String(thrown).includes("walrus"), "the engine does not quote any more");
  const { code, message } = toCodememError(thrown);
  assertEquals([code, message], ["internal", "Unexpected failure: a text cannot be read"]);
});

Deno.test("a log is told where a failure came from, and not its words", () => {
  const frames = framesOf(parseFailure("walrus says"))!;
  assert(!frames.includes("walrus"), frames);
  const [name, first] = frames.split("\n");
  assertEquals(name, "SyntaxError");
  assert(first!.trim().startsWith("at "), first);
  assertEquals(framesOf("no error"), undefined);
});
