/** From a command line to an exit code. */
import { CodememError, EXIT, toCodememError } from "../errors.ts";
import { type OptionSpecs, parseArguments, usageLine } from "./input/arguments.ts";
import type { CommandEntry } from "./command.ts";
import { RunContext } from "./context.ts";
import { findCommand, type FoundCommand } from "./input/find_command.ts";
import { Output, OutputClosed } from "./output/output.ts";
import type { Host } from "./process_host.ts";

/**
 * Runs one command line. Never throws: what fails is reported on stderr and becomes the exit code.
 *
 * @param argv the words after the program's name
 * @param entries the commands there are
 * @returns the exit code of the process
 */
export async function run(
  argv: readonly string[],
  host: Host,
  entries: readonly CommandEntry[],
): Promise<number> {
  const output = new Output(host, host.env);
  try {
    return await runFound(findCommand(argv, entries), { host, output, entries });
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT.ok;
    return report(error, argv, { host, output });
  }
}

/** What a command line is run with. */
interface Surroundings {
  readonly host: Host;
  readonly output: Output;
  readonly entries: readonly CommandEntry[];
}

async function runFound(
  found: FoundCommand,
  { host, output, entries }: Surroundings,
): Promise<number> {
  if (found.version) return await showVersion(found, host, output);
  if (found.entry === undefined) return await showGroup(found, output, entries);
  const { command } = await found.entry.load();
  if (found.help) {
    const { commandHelp } = await import("./help.ts");
    output.line(commandHelp(found.entry, command));
    return EXIT.ok;
  }
  const specs = { arguments: command.arguments ?? [], options: withGlobal(command.options ?? {}) };
  const { words, options } = parseArguments(found.args, specs, usageLine(found.name, command));
  const context = new RunContext(host, output, found.entry.needs ?? []);
  try {
    // Parsed by the command's own table, the options are the ones that its run expects.
    const input = { words, options: options as never, json: found.json };
    return await command.run(input, context) ?? EXIT.ok;
  } finally {
    context.close();
  }
}

function withGlobal(options: OptionSpecs): OptionSpecs {
  return { ...options, json: { type: "flag", summary: "answer in JSON" } };
}

async function showGroup(
  { name, help }: FoundCommand,
  output: Output,
  entries: readonly CommandEntry[],
): Promise<number> {
  const { groupHelp, programHelp } = await import("./help.ts");
  if (name === "") {
    output.line(programHelp(entries));
    return EXIT.ok;
  }
  const group = entries.filter((entry) => entry.name.startsWith(`${name} `));
  if (help) {
    output.line(groupHelp(name, group));
    return EXIT.ok;
  }
  const names = group.map((entry) => `\`codemem ${entry.name}\``).join(", ");
  throw new CodememError("usage", `Missing command after "${name}"`, { hint: `Run ${names}` });
}

async function showVersion(
  { json }: FoundCommand,
  host: Host,
  output: Output,
): Promise<number> {
  const { describeVersion } = await import("./version.ts");
  const facts = await describeVersion(host.build);
  if (json) {
    output.json(facts);
    return EXIT.ok;
  }
  const { version, commit, deno, target } = facts;
  const build = commit === undefined ? "" : ` (${commit})`;
  output.line(`codemem ${version}${build}, Deno ${deno}, ${target}`);
  return EXIT.ok;
}

function report(
  thrown: unknown,
  argv: readonly string[],
  { host, output }: Omit<Surroundings, "entries">,
): number {
  const error = toCodememError(thrown);
  const words = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  try {
    output.error(error, words.includes("--json"));
    if (host.env.CODEMEM_DEBUG === "1") output.note(stackOf(thrown));
  } catch (failure) {
    // With stderr gone as well, the exit code is all that is left to say it with.
    const isGone = failure instanceof OutputClosed || failure instanceof CodememError;
    if (!isGone) throw failure;
  }
  const { exit_code: exitCode } = error.details;
  return error.code === "interrupted" && typeof exitCode === "number" ? exitCode : error.exitCode;
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? "" : `\ncaused by ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
