import { assertEquals } from "@std/assert";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { mostInformative } from "./most_informative.ts";

const failure = (code: ErrorCode) => new CodememError(code, code);
const another = new CodememError("untrusted_certificate", "Another device answers", {
  details: { another_device: true },
});

const CASES: readonly (readonly [string, readonly CodememError[], ErrorCode])[] = [
  ["no address at all", [], "unreachable"],
  ["nothing but silence", [failure("timed_out"), failure("unreachable")], "unreachable"],
  ["a refusal beside silence", [failure("timed_out"), failure("peer_removed")], "peer_removed"],
  [
    "a forged key beside a busy peer",
    [failure("busy"), failure("untrusted_certificate")],
    "untrusted_certificate",
  ],
  ["another device at the only address", [another], "untrusted_certificate"],
  ["another device at one of two", [another, failure("timed_out")], "unreachable"],
  ["another device beside a refusal", [another, failure("unknown_peer")], "unknown_peer"],
];

for (const [sentence, failures, expected] of CASES) {
  Deno.test(`of failed addresses, ${sentence} is reported as ${expected}`, () => {
    assertEquals(mostInformative("bob", failures).code, expected);
  });
}
