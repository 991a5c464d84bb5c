/** The help texts, made from the table of commands and from the arguments and options of each. */
import { type OptionSpec, placeholder, usageLine } from "./input/arguments.ts";
import type { Command, CommandEntry } from "./command.ts";

const GLOBAL_OPTIONS: readonly (readonly [string, string])[] = [
  ["--json", "answer in JSON"],
  ["-h, --help", "show this help"],
];

/** The help of the whole program. */
export function programHelp(entries: readonly CommandEntry[]): string {
  return [
    "codemem stores what coding agents learn, on this machine, and syncs it between your devices.",
    "",
    "Usage: codemem COMMAND [ARGUMENTS] [OPTIONS]",
    "",
    "Commands:",
    ...rows(entries.map(({ name, summary }) => [name, summary])),
    "",
    "Options:",
    ...rows([...GLOBAL_OPTIONS, ["--version", "show the version"]]),
    "",
    "Run `codemem COMMAND --help` for the arguments and options of a command.",
  ].join("\n");
}

/** The help of the commands that begin with the same words. */
export function groupHelp(group: string, entries: readonly CommandEntry[]): string {
  return [
    `Usage: codemem ${group} COMMAND [ARGUMENTS] [OPTIONS]`,
    "",
    "Commands:",
    ...rows(entries.map(({ name, summary }) => [name, summary])),
    "",
    "Options:",
    ...rows(GLOBAL_OPTIONS),
  ].join("\n");
}

/** The help of one command. */
export function commandHelp({ name, summary }: CommandEntry, command: Command): string {
  const { arguments: args = [], options = {}, details } = command;
  const sections = [`${summary[0]!.toUpperCase()}${summary.slice(1)}.`];
  sections.push(`Usage: ${usageLine(name, command)}`);
  if (details !== undefined) sections.push(details);
  if (args.length > 0) {
    sections.push(
      ["Arguments:", ...rows(args.map((each) => [each.name, each.summary]))].join("\n"),
    );
  }
  const listed = Object.entries(options).map((
    [option, spec],
  ) => [shown(option, spec), spec.summary]);
  sections.push(["Options:", ...rows([...listed, ...GLOBAL_OPTIONS])].join("\n"));
  return sections.join("\n\n");
}

function shown(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  return `${short}--${name} ${placeholder(spec)}`.trimEnd() + (spec.type === "texts" ? " ..." : "");
}

function rows(pairs: readonly (readonly string[])[]): string[] {
  const width = Math.max(...pairs.map(([left]) => left!.length));
  return pairs.map(([left, right]) => `  ${left!.padEnd(width)}  ${right}`);
}
