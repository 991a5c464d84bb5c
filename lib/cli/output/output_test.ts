import { assert, assertEquals } from "@std/assert";
import { CodememError } from "../../errors.ts";
import { Output, type TextSink } from "./output.ts";

/** Sinks that keep what was written. */
function sinks(columns?: number) {
  const written = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr"): TextSink => ({
    isTerminal: columns !== undefined,
    columns,
    write: (text) => void (written[name] += text),
  });
  return { written, stdout: sink("stdout"), stderr: sink("stderr") };
}

const COLUMNS = [{ title: "ID" }, { title: "TITLE", elastic: true }, { title: "N" }];
const failure = new CodememError("not_found", "No such\nthing \x1b[2J", {
  hint: "Look\nelsewhere",
});

Deno.test("a table fits the terminal, and is whole in a pipe", () => {
  const long = "a title that is much too long for this";
  const terminal = sinks(30);
  new Output(terminal, { NO_COLOR: "1" }).table(COLUMNS, [["1", long, "7"], ["22", "日本", "8"]]);
  assertEquals(
    terminal.written.stdout,
    [
      "ID  TITLE                    N",
      "1   a title that is much t…  7",
      "22  日本                     8",
      "",
    ].join("\n"),
  );
  for (const line of terminal.written.stdout.trimEnd().split("\n")) assert(line.length <= 30);
  const pipe = sinks();
  new Output(pipe, {}).table(COLUMNS, [["1", long, "7"]]);
  assert(pipe.written.stdout.includes(long));
});

Deno.test("a cell of several lines does not break its row", () => {
  const pipe = sinks();
  new Output(pipe, {}).table(COLUMNS, [["1", "a\nb\tc", "2"]]);
  assertEquals(pipe.written.stdout.split("\n").length, 3);
});

Deno.test("colour is for terminals alone, and not with NO_COLOR or a dumb one", () => {
  const colours = (columns: number | undefined, env: Record<string, string>) => {
    const kept = sinks(columns);
    new Output(kept, env).styledLine("x", "bold");
    return kept.written.stdout !== "x\n";
  };
  assertEquals(colours(80, {}), true);
  assertEquals(colours(undefined, {}), false);
  assertEquals(colours(80, { NO_COLOR: "1" }), false);
  assertEquals(colours(80, { NO_COLOR: "" }), true);
  assertEquals(colours(80, { TERM: "dumb" }), false);
});

Deno.test("an error is one line and a hint, on stderr, without control characters", () => {
  const kept = sinks();
  new Output(kept, {}).error(failure, false);
  assertEquals(kept.written, {
    stdout: "",
    stderr: "codemem: No such thing ␛[2J\nhint: Look elsewhere\n",
  });
});

Deno.test("with JSON the error follows as one line of JSON", () => {
  const kept = sinks();
  new Output(kept, {}).error(failure, true);
  const lines = kept.written.stderr.trimEnd().split("\n");
  assertEquals(lines.length, 3);
  assertEquals(JSON.parse(lines[2]!), {
    error: "not_found",
    message: failure.message,
    hint: failure.hint,
  });
});

Deno.test("progress is for a person who looks on, and keeps to one line", () => {
  const pipe = sinks();
  new Output(pipe, {}).progress("50%");
  assertEquals(pipe.written.stderr, "");
  const terminal = sinks(10);
  const output = new Output(terminal, {});
  output.progress("a very long progress\nin two lines");
  output.endProgress();
  assertEquals(terminal.written.stderr, "\ra very l…\x1b[K\r\x1b[K");
});
