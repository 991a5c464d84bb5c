/** Finds the command that the first words of a command line name. */
import { nearest } from "../../config/nearest.ts";
import { CodememError } from "../../errors.ts";
import type { CommandEntry } from "../command.ts";

/** Options that may stand anywhere before, between and after the words. */
const GLOBAL_OPTIONS = ["--json", "--help", "-h", "--version"];

/** What a command line asks for. */
export interface FoundCommand {
  /** Absent where the words name a group, or nothing at all. */
  readonly entry: CommandEntry | undefined;
  /** The words of the command or of the group. */
  readonly name: string;
  /** What stands after the name. */
  readonly args: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
}

/**
 * Reads the name of a command off a command line.
 *
 * @throws {CodememError} `usage` for a word that begins no command
 */
export function findCommand(
  argv: readonly string[],
  entries: readonly CommandEntry[],
): FoundCommand {
  const { words, leading, rest } = splitName(argv, entries);
  const name = words.join(" ");
  const ended = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  const given = [...leading, ...ended];
  const help = given.includes("--help") || given.includes("-h") || leading.includes("help");
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) requireGroup(name, rest, entries);
  return {
    entry,
    name,
    args: [...rest],
    help,
    version: given.includes("--version"),
    json: given.includes("--json"),
  };
}

/** The longest run of words with which a command begins, and the global options among them. */
function splitName(argv: readonly string[], entries: readonly CommandEntry[]) {
  const words: string[] = [];
  const leading: string[] = [];
  let index = 0;
  for (; index < argv.length; index++) {
    const arg = argv[index]!;
    const name = [...words, arg].join(" ");
    if (GLOBAL_OPTIONS.includes(arg) || (arg === "help" && words.length === 0)) leading.push(arg);
    else if (entries.some((each) => `${each.name} `.startsWith(`${name} `))) words.push(arg);
    else break;
  }
  return { words, leading, rest: argv.slice(index) };
}

function requireGroup(
  group: string,
  rest: readonly string[],
  entries: readonly CommandEntry[],
): void {
  const wrong = rest[0];
  if (wrong === undefined) return;
  const help = `codemem ${group === "" ? "" : `${group} `}--help`;
  if (wrong.startsWith("-")) {
    throw new CodememError("usage", `Unknown option: ${wrong}`, {
      hint: `Name a command first; \`${help}\` lists them`,
    });
  }
  const start = group === "" ? "" : `${group} `;
  const rests = entries.filter(({ name }) => name.startsWith(start))
    .map(({ name }) => name.slice(start.length));
  // The words that were right make no other word any nearer.
  const meant = nearest(wrong, [...rests, ...rests.map((rest) => rest.split(" ")[0]!)]);
  throw new CodememError("usage", `Unknown command: "${start}${wrong}"`, {
    hint: meant === undefined
      ? `Run \`${help}\` for the commands`
      : `Did you mean \`codemem ${start}${meant}\`?`,
  });
}
