import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../errors.ts";
import { type OptionSpecs, parseArguments } from "./arguments.ts";

const OPTIONS = {
  all: { type: "flag", summary: "", short: "a" },
  title: { type: "text", value: "TEXT", summary: "", short: "t" },
  tag: { type: "texts", value: "TAG", summary: "" },
  limit: { type: "integer", min: 1, max: 50, summary: "" },
  weight: { type: "number", min: 0, max: 1, summary: "" },
} as const satisfies OptionSpecs;

const WORDS = [{ name: "WORD", summary: "", optional: true, repeatable: true }];

function parse(...args: string[]) {
  return parseArguments(args, { arguments: WORDS, options: OPTIONS }, "codemem x");
}

Deno.test("options are read in every form, between words", () => {
  assertEquals(parse("a", "--all", "b", "--title", "x", "--tag=1", "--tag", "2", "--limit=50"), {
    words: ["a", "b"],
    options: { all: true, title: "x", tag: ["1", "2"], limit: 50 },
  });
  assertEquals(parse("-a", "-t", "x", "--weight", "0.25"), {
    words: [],
    options: { all: true, title: "x", tag: [], weight: 0.25 },
  });
});

Deno.test("what was not given is false for a flag, empty for a list, absent otherwise", () => {
  assertEquals(parse(), { words: [], options: { all: false, tag: [] } });
});

Deno.test("words stay the texts that were typed", () => {
  const words = ["1", "1e3", "007", "true", "", " ", "-", "--x"];
  assertEquals(parse(...words.slice(0, -1), "--", words.at(-1)!).words, words);
});

Deno.test("an empty value and a value with an equals sign or a dash are values", () => {
  assertEquals(parse("--title", "").options.title, "");
  assertEquals(parse("--title=").options.title, "");
  assertEquals(parse("--title=a=b").options.title, "a=b");
  assertEquals(parse("--title=-x").options.title, "-x");
  assertEquals(parse("--title", "-").options.title, "-");
});

Deno.test("what cannot be meant is refused", () => {
  for (
    const [args, message] of [
      [["--title"], "--title has no value"],
      [["--title", "--all"], "--title has no value"],
      [["--title", "a", "--title", "b"], "given twice"],
      [["--titel", "a"], "Unknown option: --titel"],
      [["--toString"], "Unknown option: --toString"],
      [["--" + "__proto__=1"], "Unknown option: --__proto__"],
      [["-z"], "Unknown option: -z"],
      [["-at", "x"], "Unknown option: -at"],
      [["--all=1"], "takes no value"],
      [["--limit", "51"], "a whole number from 1 to 50"],
      [["--limit", "2.5"], "a whole number from 1 to 50"],
      [["--limit", " 2"], "a whole number from 1 to 50"],
      [["--limit="], "a whole number from 1 to 50"],
      [["--weight", "1.5"], "a number from 0 to 1"],
      [["--weight", "NaN"], "a number from 0 to 1"],
    ] as const
  ) {
    const error = assertThrows(() => parse(...args), CodememError, message);
    assertEquals([error.code, typeof error.hint], ["usage", "string"]);
  }
});

Deno.test("missing and superfluous words are refused with the usage", () => {
  const specs = {
    arguments: [{ name: "A", summary: "" }, { name: "B", summary: "", optional: true }],
    options: {},
  };
  const read = (...args: string[]) => parseArguments(args, specs, "codemem x A [B]").words;
  assertEquals(read("1"), ["1"]);
  assertEquals(read("1", "2"), ["1", "2"]);
  const missing = assertThrows(() => read(), CodememError, "Missing argument: A");
  assertEquals(missing.hint, "Usage: codemem x A [B]");
  assertThrows(() => read("1", "2", "3"), CodememError, 'Unexpected argument: "3"');
});
