import { assertEquals } from "@std/assert";
import { failureWords } from "./failure_words.ts";

Deno.test("a failure of a socket is told in words", () => {
  const failure = (code: string) => Object.assign(new Error("x"), { code });
  assertEquals(failureWords(failure("UNKNOWN")), "the system gives no reason");
  assertEquals(failureWords(failure("ENETUNREACH")), "the network cannot be reached");
  assertEquals(failureWords(failure("EODD")), "the system says EODD");
  assertEquals(failureWords(new Error("it broke")), "Error: it broke");
});
