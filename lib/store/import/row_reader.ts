/** Reads the values of one row that another program wrote: any type may stand in any column. */
import { isJsonObject, type JsonObject } from "../../model/canonical_json.ts";
import { storableText } from "../../model/memory.ts";
import { normalizeTimestamp } from "../../model/timestamp.ts";

/** A value as SQLite hands it over. */
export type SourceValue = string | number | bigint | Uint8Array | null;
/** A row of `memory_items`; a column that the source does not have is absent. */
export type UpstreamRow = Readonly<Record<string, SourceValue>>;

/** A reader of one row, which remembers the first thing that was wrong with it. */
export class RowReader {
  readonly #row: UpstreamRow;
  #problem: string | undefined;

  constructor(row: UpstreamRow) {
    this.#row = row;
  }

  /** What is wrong with the row, in one clause; `undefined` where nothing was found so far. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Remembers what is wrong with the row, where nothing was before. */
  reject(problem: string): void {
    this.#problem ??= problem;
  }

  /** A text that can be stored; null where there is none. Bytes count as a text where they are UTF-8. */
  text(name: string): string | null {
    const value = this.#row[name];
    if (value === null || value === undefined) return null;
    if (!(value instanceof Uint8Array)) return storableText(String(value));
    try {
      return storableText(new TextDecoder("utf-8", { fatal: true }).decode(value));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.reject(`${name} is not a text`);
      return null;
    }
  }

  /** A text without which there is no memory. */
  requiredText(name: string): string {
    const text = this.text(name);
    if (text === null) this.reject(`${name} is missing`);
    return text ?? "";
  }

  /** A text without the white space around it; `undefined` where nothing is left. */
  word(name: string): string | undefined {
    const text = this.text(name)?.trim();
    return text === "" ? undefined : text;
  }

  /** A canonical timestamp; `undefined` where there is none or it cannot be read. */
  instant(name: string): string | undefined {
    const text = this.word(name);
    if (text === undefined) return undefined;
    const instant = normalizeTimestamp(text);
    if (instant === undefined) this.reject(`${name} is not a timestamp`);
    return instant;
  }

  /** A finite number; null where there is none. */
  number(name: string): number | null {
    const value = this.#row[name];
    if (typeof value === "bigint") return Number(value);
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  }

  /** Whether there is any value in the column. */
  has(name: string): boolean {
    return this.#row[name] !== null && this.#row[name] !== undefined;
  }

  /** The texts of a JSON list. Anything but a list counts as none: old versions wrote `{}` there. */
  list(name: string): readonly string[] {
    const items = parseJson(this.text(name));
    if (!Array.isArray(items)) return [];
    return items.filter((item) => item !== null).map((item) =>
      storableText(typeof item === "string" ? item : JSON.stringify(item))
    );
  }

  /** The members of a JSON object; none where it is not one. */
  object(name: string): JsonObject {
    const value = parseJson(this.text(name));
    return isJsonObject(value) ? value : {};
  }
}

function parseJson(text: string | null): unknown {
  if (text === null || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
