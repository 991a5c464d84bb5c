/** What a shell has to know of the commands to complete their words. */
import { type OptionSpec, type OptionSpecs, placeholder } from "../input/arguments.ts";
import type { Command, CommandEntry } from "../command.ts";

/** What may stand in a place: a file, one of some words, or anything at all. */
export type Place =
  | { readonly kind: "file" }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "text" };

/** An option as it is typed. */
export interface CompletedOption {
  /** Without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short: string | undefined;
  readonly summary: string;
  /** Absent where it takes no value. */
  readonly value: Place | undefined;
}

/** A word with what it means. */
export interface CompletedWord {
  readonly word: string;
  readonly summary: string;
}

/** What may follow some words that begin a command line. */
export interface Completed {
  /** The words, without the program's own name: "", "sync", "sync peers", "sync peers list". */
  readonly name: string;
  /** The words that lead on from here; none after the whole name of a command. */
  readonly next: readonly CompletedWord[];
  /** What the arguments of a command are, in order. */
  readonly places: readonly Place[];
  /** Whether the last place may be filled again and again. */
  readonly isOpen: boolean;
  readonly options: readonly CompletedOption[];
}

const FLAGS: readonly CompletedOption[] = [
  ["json", undefined, "answer in JSON"] as const,
  ["help", "h", "show the help"] as const,
].map(([name, short, summary]) => ({ name, short, summary, value: undefined }));
const VERSION: CompletedOption = {
  name: "version",
  short: undefined,
  summary: "show the version",
  value: undefined,
};

/** Loads all commands, and says what may follow each beginning of a command line. */
export async function completedWords(entries: readonly CommandEntry[]): Promise<Completed[]> {
  const commands = await Promise.all(entries.map(async (entry) => (await entry.load()).command));
  return [
    ...beginnings(entries).map((name) => group(name, entries)),
    ...entries.map(({ name }, index) => leaf(name, commands[index]!)),
  ];
}

/** The words that begin commands without being one: "", "sync", "sync peers". */
function beginnings(entries: readonly CommandEntry[]): string[] {
  const names = entries.flatMap(({ name }) => {
    const words = name.split(" ");
    return words.map((_, index) => words.slice(0, index).join(" "));
  });
  return [...new Set(names)];
}

function group(name: string, entries: readonly CommandEntry[]): Completed {
  const start = name === "" ? "" : `${name} `;
  const next = new Map<string, string>();
  for (const { name: whole, summary } of entries) {
    if (!whole.startsWith(start)) continue;
    const [word, ...more] = whole.slice(start.length).split(" ");
    next.set(word!, more.length === 0 ? summary : `commands of ${start}${word}`);
  }
  return {
    name,
    next: [...next].map(([word, summary]) => ({ word, summary })),
    places: [],
    isOpen: false,
    options: name === "" ? [...FLAGS, VERSION] : FLAGS,
  };
}

function leaf(name: string, { arguments: args = [], options = {} }: Command): Completed {
  return {
    name,
    next: [],
    places: args.map(({ name, suggestions }) => place(name, suggestions)),
    isOpen: args.at(-1)?.repeatable === true,
    options: [...Object.entries(options as OptionSpecs).map(option), ...FLAGS],
  };
}

function option([name, spec]: readonly [string, OptionSpec]): CompletedOption {
  const { short, summary, suggestions } = spec;
  const value = spec.type === "flag" ? undefined : place(placeholder(spec), suggestions);
  return { name, short, summary, value };
}

/** The placeholder in the help tells what is a file. */
function place(placeholder: string, suggestions: readonly string[] | undefined): Place {
  if (suggestions !== undefined) return { kind: "word", words: suggestions };
  return { kind: placeholder === "FILE" || placeholder === "PATH" ? "file" : "text" };
}

/** The ways to type an option: `--limit`, `-n`. */
export function forms({ name, short }: CompletedOption): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

/** All options that take a value, as they are typed: what follows one of them is no argument. */
export function formsWithValue(all: readonly Completed[]): string[] {
  const found = all.flatMap(({ options }) => options.filter(({ value }) => value !== undefined));
  return [...new Set(found.flatMap(forms))];
}

/** Puts a text in single quotes, for bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
