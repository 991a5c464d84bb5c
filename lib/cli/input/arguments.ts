/**
 * Reads the words after a command's name.
 *
 * Ours and not a library's: a value that is missing must not pass for an empty one, which could wipe
 * a field, and a text that looks like a number must stay the text that was typed.
 */
import { CodememError } from "../../errors.ts";
import { nearest } from "../../config/nearest.ts";

/** What a command takes besides its name, in order. */
export interface ArgumentSpec {
  /** In upper case, as the help shows it. */
  readonly name: string;
  readonly summary: string;
  /** It may be left out. */
  readonly optional?: boolean;
  /** It takes all words that are left. Only the last argument may. */
  readonly repeatable?: boolean;
  /** Words that a shell offers for it; others may do as well. */
  readonly suggestions?: readonly string[];
}

interface OptionBase {
  readonly summary: string;
  /** One letter after one dash. */
  readonly short?: string;
  /** The usage line shows it: the command refuses to run without it. */
  readonly required?: boolean;
  /** Values that a shell offers for it; others may do as well. */
  readonly suggestions?: readonly string[];
}

/** An option of a command. */
export type OptionSpec =
  | OptionBase & { readonly type: "flag" }
  | OptionBase & { readonly type: "text"; readonly value: string }
  | OptionBase & { readonly type: "texts"; readonly value: string }
  | OptionBase & { readonly type: "integer"; readonly min: number; readonly max: number }
  | OptionBase & { readonly type: "number"; readonly min: number; readonly max: number };

/** The options of a command by name, without the dashes. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type OptionValue<S extends OptionSpec> = S["type"] extends "flag" ? boolean
  : S["type"] extends "texts" ? readonly string[]
  : S["type"] extends "text" ? string | undefined
  : number | undefined;

/** What was given for each option; a flag that was not given is false, a list empty. */
export type OptionValues<O extends OptionSpecs> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** The words after a command's name, read. */
export interface ParsedArguments {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, boolean | string | number | readonly string[]>>;
}

/** The placeholder of an option's value, empty for a flag. */
export function placeholder(option: OptionSpec): string {
  if (option.type === "flag") return "";
  return option.type === "text" || option.type === "texts" ? option.value : "N";
}

/** How a command is written, on one line. */
export function usageLine(
  name: string,
  { arguments: args = [], options = {} }: {
    readonly arguments?: readonly ArgumentSpec[];
    readonly options?: OptionSpecs;
  },
): string {
  const required = Object.entries(options).filter(([, { required }]) => required === true)
    .map(([option, spec]) => `--${option} ${placeholder(spec)}`);
  return ["codemem", name, ...args.map(usageWord), ...required, "[OPTIONS]"].join(" ");
}

function usageWord({ name, optional, repeatable }: ArgumentSpec): string {
  const word = repeatable === true ? `${name}...` : name;
  return optional === true ? `[${word}]` : word;
}

/**
 * Reads words and options. `--` ends the options; a single dash is a word.
 *
 * @param usage the hint where words are missing or too many
 * @throws {CodememError} `usage`
 */
export function parseArguments(
  args: readonly string[],
  specs: { readonly arguments: readonly ArgumentSpec[]; readonly options: OptionSpecs },
  usage: string,
): ParsedArguments {
  const words: string[] = [];
  const options: Record<string, boolean | string | number | readonly string[]> = {};
  for (const [name, { type }] of Object.entries(specs.options)) {
    if (type === "flag") options[name] = false;
    if (type === "texts") options[name] = [];
  }
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (arg === "--") words.push(...left.splice(0));
    else if (!arg.startsWith("-") || arg === "-") words.push(arg);
    else takeOption(arg, left, specs.options, options);
  }
  requireWords(words, specs.arguments, usage);
  return { words, options };
}

function takeOption(
  arg: string,
  left: string[],
  specs: OptionSpecs,
  options: Record<string, boolean | string | number | readonly string[]>,
): void {
  const equals = arg.indexOf("=");
  const shown = equals < 0 ? arg : arg.slice(0, equals);
  const name = findOption(shown, specs);
  const spec = specs[name]!;
  const given = equals < 0 ? undefined : arg.slice(equals + 1);
  if (spec.type === "flag") {
    if (given !== undefined) throw refusal(`The option ${shown} takes no value`, `Write ${shown}`);
    options[name] = true;
    return;
  }
  const value = given ?? nextValue(shown, left, spec);
  if (spec.type === "texts") {
    options[name] = [...(options[name] as readonly string[]), value];
    return;
  }
  if (options[name] !== undefined) {
    throw refusal(`The option ${shown} was given twice`, `Give ${shown} once`);
  }
  options[name] = spec.type === "text" ? value : readNumber(shown, value, spec);
}

function findOption(shown: string, specs: OptionSpecs): string {
  const name = shown.startsWith("--")
    ? shown.slice(2)
    : Object.keys(specs).find((each) => specs[each]!.short === shown.slice(1));
  if (name !== undefined && Object.hasOwn(specs, name)) return name;
  const meant = nearest(shown.replace(/^-+/, ""), Object.keys(specs));
  throw refusal(
    `Unknown option: ${shown}`,
    meant === undefined
      ? "Put -- before a text that starts with a dash, or ask --help for the options"
      : `Did you mean --${meant}?`,
  );
}

/** The word after an option, unless it is the next option: then a value was forgotten. */
function nextValue(shown: string, left: string[], spec: OptionSpec): string {
  const next = left[0];
  if (next === undefined || (next.startsWith("-") && next !== "-")) {
    const hint = `Write ${shown}=${placeholder(spec)}`;
    throw refusal(`The option ${shown} has no value`, hint);
  }
  return left.shift()!;
}

function readNumber(
  shown: string,
  text: string,
  { type, min, max }: { type: "integer" | "number"; min: number; max: number },
): number {
  const form = type === "integer" ? /^\d{1,15}$/ : /^\d{1,15}(\.\d{1,15})?$/;
  const value = Number(text);
  if (form.test(text) && value >= min && value <= max) return value;
  const expected = `${type === "integer" ? "a whole number" : "a number"} from ${min} to ${max}`;
  throw refusal(
    `Cannot use ${shown}: expected ${expected}, got "${text}"`,
    `Write ${shown}=${min}`,
  );
}

function requireWords(
  words: readonly string[],
  specs: readonly ArgumentSpec[],
  usage: string,
): void {
  const missing = specs.find((spec, index) => spec.optional !== true && index >= words.length);
  if (missing !== undefined) throw refusal(`Missing argument: ${missing.name}`, `Usage: ${usage}`);
  const open = specs.at(-1)?.repeatable === true;
  if (open || words.length <= specs.length) return;
  const extra = words[specs.length]!;
  throw refusal(
    `Unexpected argument: "${extra}"`,
    `Put a text of several words in quotes; usage: ${usage}`,
  );
}

function refusal(message: string, hint: string): CodememError {
  return new CodememError("usage", message, { hint });
}
