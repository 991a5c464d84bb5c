/** The types that the value of a setting can have: how each reads JSON, and how it reads a text. */
import type { Json } from "../model/canonical_json.ts";

/** One type of value. */
export interface ValueType<T extends Json> {
  /** What is valid, to stand after "expected". */
  readonly expected: string;
  /** The value in its one spelling, or `undefined` where it is not valid. */
  fromJson(value: unknown): T | undefined;
  /** The same for a value that came as text: from a variable, a flag or a person. */
  fromText(text: string): T | undefined;
}

/** A type of texts; `read` gives the one spelling of a valid text. */
export function textType<T extends string = string>(
  expected: string,
  read: (text: string) => T | undefined,
): ValueType<T> {
  return {
    expected,
    fromJson: (value) => typeof value === "string" ? read(value) : undefined,
    fromText: read,
  };
}

/** One of a few texts. @param note what a person should know who misses one of them */
export function choiceType<const T extends string>(
  choices: readonly T[],
  note?: string,
): ValueType<T> {
  const list = `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
  const expected = note === undefined ? list : `${list} (${note})`;
  return textType(expected, (text) => choices.find((choice) => choice === text));
}

/** A whole number between two limits, both included. */
export function integerType(min: number, max: number): ValueType<number> {
  const fromJson = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? value as number
      : undefined;
  return {
    expected: `a whole number from ${min} to ${max}`,
    fromJson,
    fromText: (text) => /^\d{1,15}$/.test(text.trim()) ? fromJson(Number(text)) : undefined,
  };
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  1: true,
  false: false,
  off: false,
  no: false,
  0: false,
};

/** True or false; as text also on and off, yes and no, 1 and 0. */
export const booleanType: ValueType<boolean> = {
  expected: "true or false",
  fromJson: (value) => typeof value === "boolean" ? value : undefined,
  fromText: (text) => {
    const word = text.trim().toLowerCase();
    return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
  },
};

/** A list of at least one text; as text separated by commas, or a JSON array. */
export function listType(
  expected: string,
  readItem: (text: string) => string | undefined,
): ValueType<readonly string[]> {
  const fromItems = (items: readonly unknown[]) => {
    const read = items.map((item) => typeof item === "string" ? readItem(item.trim()) : undefined);
    const valid = read.length > 0 && read.every((item) => item !== undefined);
    return valid ? [...new Set(read as string[])] : undefined;
  };
  const fromText = (text: string) => fromItems(parseArray(text) ?? text.split(","));
  return {
    expected,
    fromJson: (value) => {
      if (typeof value === "string") return fromText(value);
      return Array.isArray(value) ? fromItems(value) : undefined;
    },
    fromText,
  };
}

/** A list, or the word that stands for a list found out at run time. */
export function listOrWord<W extends string>(
  word: W,
  list: ValueType<readonly string[]>,
): ValueType<W | readonly string[]> {
  return {
    expected: `${word}, or ${list.expected}`,
    fromJson: (value) => value === word ? word : list.fromJson(value),
    fromText: (text) => text.trim() === word ? word : list.fromText(text),
  };
}

function parseArray(text: string): readonly unknown[] | undefined {
  if (!text.trim().startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    // An IPv6 address in brackets starts like an array as well.
    return undefined;
  }
}
