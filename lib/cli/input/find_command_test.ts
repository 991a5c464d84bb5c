import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../../errors.ts";
import type { CommandEntry } from "../command.ts";
import { findCommand } from "./find_command.ts";

const command = { run: () => Promise.resolve() };
const ENTRIES: CommandEntry[] = ["recent", "sync status", "sync peers list", "sync peers remove"]
  .map((name) => ({ name, summary: name, load: () => Promise.resolve({ command }) }));

const find = (...argv: string[]) => findCommand(argv, ENTRIES);
const brief = (...argv: string[]) => {
  const { entry, args } = find(...argv);
  return [entry?.name, ...args];
};

Deno.test("the longest name wins and what follows are its arguments", () => {
  assertEquals(brief("recent", "sync", "status"), ["recent", "sync", "status"]);
  assertEquals(brief("sync", "peers", "list", "x", "--y"), ["sync peers list", "x", "--y"]);
  assertEquals(brief("sync", "status"), ["sync status"]);
});

Deno.test("a part of a name is a group", () => {
  for (
    const [name, words] of [["", []], ["sync", ["sync"]], ["sync peers", [
      "sync",
      "peers",
    ]]] as const
  ) {
    const found = find(...words);
    assertEquals([found.entry, found.name], [undefined, name]);
  }
});

Deno.test("help, version and JSON are recognised before, between and after the words", () => {
  assertEquals(find("--json", "sync", "--help", "status").entry?.name, "sync status");
  const { help, json } = find("--json", "sync", "--help", "status");
  assertEquals([help, json], [true, true]);
  assertEquals(find("recent", "-h").help, true);
  assertEquals(find("help", "recent").help, true);
  assertEquals(find("--version").version, true);
  assertEquals(find("recent", "x", "--json").json, true);
});

Deno.test("after two dashes nothing is an option, and help is a word where it is no command", () => {
  const { help, json, args } = find("recent", "--", "--json", "--help");
  assertEquals([help, json, args], [false, false, ["--", "--json", "--help"]]);
  assertEquals(find("recent", "help").help, false);
  assertEquals(find("recent", "x", "--version").version, true);
});

Deno.test("a word that begins no command is refused with the one that was probably meant", () => {
  for (
    const [argv, message, hint] of [
      [["recnt"], '"recnt"', "Did you mean `codemem recent`?"],
      [["sync", "stauts"], '"sync stauts"', "Did you mean `codemem sync status`?"],
      [["sync", "peers", "lst"], '"sync peers lst"', "Did you mean `codemem sync peers list`?"],
      [["sync", "frob"], '"sync frob"', "Run `codemem sync --help` for the commands"],
      [["sync", "pers", "list"], '"sync pers"', "Did you mean `codemem sync peers`?"],
      [["snyc", "status"], '"snyc"', "Did you mean `codemem sync`?"],
      [["sync", "xyz"], '"sync xyz"', "Run `codemem sync --help` for the commands"],
      [["-x"], "Unknown option: -x", "Name a command first; `codemem --help` lists them"],
    ] as const
  ) {
    const error = assertThrows(() => find(...argv), CodememError, message);
    assertEquals([error.code, error.hint], ["usage", hint]);
  }
});
