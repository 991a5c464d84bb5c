/**
 * The terminal rules. What a command says goes out here and nowhere else.
 *
 * - The answer goes to stdout, everything else (warnings, progress, errors) to stderr.
 * - With `--json` stdout holds JSON and nothing else: one value on one line, or one value a line.
 * - An error is `codemem: <message>` and a `hint: <what to do>` line; with `--json` the same follows as
 *   one line of JSON, also on stderr, so that stdout stays empty or valid.
 * - Colour only on a terminal, without NO_COLOR, and never as the only carrier of a meaning.
 * - Tables fit the width of the terminal; in a pipe nothing is cut off.
 * - Times are relative for people; in JSON they are exact.
 * - Control characters never reach a terminal: see plain_text.ts. Nothing but this file writes any.
 * - A reader that goes away (`| head`) ends the program quietly.
 */
import type { CodememError } from "../../errors.ts";
import { displayWidth, truncate } from "./display_width.ts";
import { plainJson, plainLine, plainText } from "./plain_text.ts";

/** One of the two streams that a process writes. */
export interface TextSink {
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly columns: number | undefined;
  /** Writes all of `text`. @throws {OutputClosed} where nobody reads any more */
  write(text: string): void;
}

/** Nobody reads what the program writes: it may as well end. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** It is cut where the row is wider than the terminal. */
  readonly elastic?: boolean;
}

type Style = "bold" | "dim" | "red" | "yellow";

const CODES: Readonly<Record<Style, string>> = { bold: "1", dim: "2", red: "31", yellow: "33" };

/** The narrowest that an elastic column is cut to. */
const MIN_COLUMNS = 12;

/** Writes for people and for programs. */
export class Output {
  readonly #stdout: TextSink;
  readonly #stderr: TextSink;
  readonly #colour: boolean;

  /** @param env of which NO_COLOR and TERM are read (no-color.org) */
  constructor(
    sinks: { readonly stdout: TextSink; readonly stderr: TextSink },
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#stdout = sinks.stdout;
    this.#stderr = sinks.stderr;
    this.#colour = !env.NO_COLOR && env.TERM !== "dumb";
  }

  /** Whether a person sees stderr: progress is for them alone. */
  get showsProgress(): boolean {
    return this.#stderr.isTerminal;
  }

  /** A line of the answer, or several. */
  line(text = ""): void {
    this.#stdout.write(`${plainText(text)}\n`);
  }

  /** A line of the answer with one style. */
  styledLine(text: string, style: Style): void {
    this.#stdout.write(`${this.#styled(this.#stdout, plainText(text), style)}\n`);
  }

  /** A value of the answer as one line of JSON. */
  json(value: unknown): void {
    this.#stdout.write(`${plainJson(value)}\n`);
  }

  /** A piece of the answer exactly as it is: for JSON in parts. */
  raw(text: string): void {
    this.#stdout.write(text);
  }

  /** Rows below their titles; the last column is not padded. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const titles = columns.map(({ title }) => title);
    const lines = [titles, ...rows.map((row) => row.map(plainLine))];
    const widths = fitWidths(columns, lines, this.#stdout);
    for (const [index, cells] of lines.entries()) {
      const text = cells.map((cell, column) =>
        pad(truncate(cell, widths[column]!), widths[column]!)
      )
        .join("  ").trimEnd();
      this.#stdout.write(`${index === 0 ? this.#styled(this.#stdout, text, "dim") : text}\n`);
    }
  }

  /** A line for people beside the answer. */
  note(text: string): void {
    this.#stderr.write(`${plainText(text)}\n`);
  }

  /** Something that works but is not as it was meant. */
  warn(text: string): void {
    const label = this.#styled(this.#stderr, "warning:", "yellow");
    this.#stderr.write(`codemem: ${label} ${plainLine(text)}\n`);
  }

  /** What happens right now, in place of what happened before; only where a person sees it. */
  progress(text: string): void {
    if (!this.#stderr.isTerminal) return;
    const line = truncate(plainLine(text), (this.#stderr.columns ?? 80) - 1);
    this.#stderr.write(`\r${line}\x1b[K`);
  }

  /** Takes the line of {@link progress} away. */
  endProgress(): void {
    if (this.#stderr.isTerminal) this.#stderr.write("\r\x1b[K");
  }

  /** Why the command failed, and what to do about it. */
  error(error: CodememError, json: boolean): void {
    const { code, message, hint } = error;
    this.#stderr.write(`${this.#styled(this.#stderr, "codemem:", "red")} ${plainLine(message)}\n`);
    if (hint !== undefined) this.#stderr.write(`hint: ${plainLine(hint)}\n`);
    if (json) this.#stderr.write(`${plainJson({ error: code, message, hint })}\n`);
  }

  #styled(sink: TextSink, text: string, style: Style): string {
    return sink.isTerminal && this.#colour ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
  }
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - displayWidth(cell)));
}

function fitWidths(
  columns: readonly Column[],
  lines: readonly (readonly string[])[],
  sink: TextSink,
): number[] {
  const widths = columns.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, displayWidth(line[column] ?? "")), 0)
  );
  if (!sink.isTerminal) return widths;
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  const elastic = columns.findIndex((column) => column.elastic === true);
  const over = total - (sink.columns ?? 80);
  if (elastic >= 0 && over > 0) {
    widths[elastic] = Math.max(MIN_COLUMNS, widths[elastic]! - over);
  }
  return widths;
}
